use std::fmt::Write;

use super::period::segments;

/// A string of any bytes in quotes. Long repetitions are counted (`"x"*1024`) and joined to the
/// rest with ` .. `.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (at, segment) in segments(bytes).iter().enumerate() {
        if at > 0 {
            out.push_str(" .. ");
        }
        quote(&mut out, segment.unit);
        if segment.times > 1 {
            out.push('*');
            out.push_str(&segment.times.to_string());
        }
    }
    out
}

/// The word of a request, if it needs no quotes.
pub(super) fn word(bytes: &[u8]) -> Option<&str> {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !b"\"'`\\".contains(byte);
    if bytes.is_empty() || bytes == b".." || !bytes.iter().all(plain) || is_repetitive(bytes) {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

/// The text, if it needs no quotes up to the end of its line.
pub(super) fn line(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let edges = [text.chars().next()?, text.chars().next_back()?];
    let inside = text.chars().all(is_printable);
    let bare = inside && !edges.contains(&' ') && !"\"'`".contains(edges[0]);
    (bare && !is_repetitive(bytes)).then_some(text)
}

fn is_repetitive(bytes: &[u8]) -> bool {
    segments(bytes).iter().any(|segment| segment.times > 1)
}

/// A literal part of a template.
pub(super) fn literal(out: &mut String, bytes: &[u8]) {
    escape(out, bytes, &['`', '<']);
}

/// JSON is full of double quotes, so a string with double but no single quotes gets single ones.
fn quote(out: &mut String, bytes: &[u8]) {
    let single = bytes.contains(&b'"') && !bytes.contains(&b'\'');
    let mark = if single { '\'' } else { '"' };
    out.push(mark);
    escape(out, bytes, &[mark]);
    out.push(mark);
}

fn escape(out: &mut String, bytes: &[u8], marks: &[char]) {
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\r' => out.push_str("\\r"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\\' => out.push_str("\\\\"),
                mark if marks.contains(&mark) => out.extend(['\\', mark]),
                char if is_printable(char) => out.push(char),
                other => hex(out, other.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        hex(out, chunk.invalid());
    }
}

fn hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\x{byte:02x}");
    }
}

/// Whether a reader can see the character. Control characters, unusual spaces, zero-width
/// characters and marks that change the direction of text are escaped.
fn is_printable(char: char) -> bool {
    let hidden = matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    char == ' ' || !(hidden || char.is_control() || char.is_whitespace())
}
