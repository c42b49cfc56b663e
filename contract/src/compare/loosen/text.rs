use bytes::Bytes;

use crate::conversation::{Mask, Piece, Shape, Text};
use crate::wire::Frame;

/// Lines of CLIENT LIST and CLIENT INFO: `id=<int> addr=<address> … name=alice …`.
pub(super) fn client_lines(frame: &Frame) -> Option<Shape> {
    let (kind, text) = Text::of(frame).filter(|(kind, _)| is_document(*kind))?;
    let (head, body) = text.split_at(if kind == Text::Verbatim { 4.min(text.len()) } else { 0 });
    let mut pieces = vec![literal(head)];
    for field in body.split_inclusive(|&byte| byte == b' ' || byte == b'\n') {
        let end = field.len() - usize::from(field.ends_with(b" ") || field.ends_with(b"\n"));
        match field[..end].iter().position(|&byte| byte == b'=') {
            Some(equals) => {
                let (key, value) = (&field[..equals], &field[equals + 1..end]);
                pieces.push(literal(&field[..=equals]));
                pieces.push(client_mask(key, value).map_or_else(|| literal(value), Piece::Hole));
                pieces.push(literal(&field[end..]));
            }
            None => pieces.push(literal(field)),
        }
    }
    Some(Shape::template(kind, pieces))
}

fn client_mask(key: &[u8], value: &[u8]) -> Option<Mask> {
    match key {
        b"addr" | b"laddr" => Some(Mask::Address),
        b"id" | b"fd" | b"age" | b"idle" | b"qbuf" | b"qbuf-free" | b"argv-mem" | b"multi-mem"
        | b"rbs" | b"rbp" | b"obl" | b"oll" | b"omem" | b"tot-mem" | b"tot-net-in"
        | b"tot-net-out" | b"tot-cmds" | b"io-thread" => Some(Mask::Int),
        // -1 says that nothing is redirected, and that is promised.
        b"redir" if value != b"-1" => Some(Mask::Int),
        b"events" | b"lib-ver" => Some(Mask::Any),
        _ => None,
    }
}

/// Lines of INFO, `pubsub_channels:2`: every value is masked but those that people who stream ask
/// for.
pub(super) fn info_lines(frame: &Frame) -> Option<Shape> {
    let (kind, text) = Text::of(frame).filter(|(kind, _)| is_document(*kind))?;
    let (head, body) = text.split_at(if kind == Text::Verbatim { 4.min(text.len()) } else { 0 });
    let mut pieces = vec![literal(head)];
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let end = line.strip_suffix(b"\r\n").map_or(line.len(), <[u8]>::len);
        match line[..end].iter().position(|&byte| byte == b':') {
            Some(colon) if !line.starts_with(b"#") => {
                let (key, value) = (&line[..colon], &line[colon + 1..end]);
                pieces.push(literal(&line[..=colon]));
                pieces.push(info_mask(key).map_or_else(|| literal(value), Piece::Hole));
                pieces.push(literal(&line[end..]));
            }
            _ => pieces.push(literal(line)),
        }
    }
    Some(Shape::template(kind, pieces))
}

fn info_mask(key: &[u8]) -> Option<Mask> {
    match key {
        b"redis_mode" | b"server_mode" | b"server_name" | b"role" => None,
        key if key.starts_with(b"pubsub") => None,
        b"redis_version" | b"valkey_version" => Some(Mask::Version),
        b"run_id" | b"master_replid" | b"master_replid2" => Some(Mask::Hash),
        _ => Some(Mask::Any),
    }
}

fn is_document(kind: Text) -> bool {
    matches!(kind, Text::Bulk | Text::Verbatim)
}

fn literal(bytes: &[u8]) -> Piece {
    Piece::Literal(Bytes::copy_from_slice(bytes))
}
