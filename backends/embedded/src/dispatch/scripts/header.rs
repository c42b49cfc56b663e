//! The first line of a script or a library: `#!lua name=mylib flags=no-writes`.

use crate::profile::Behaviour;
use crate::scripts::{NAME_RULE, ScriptFlags, is_name};
use crate::wire::{ErrorReply, split_words};

/// The flags of a script, and its code without the header. The code begins with a line break in place
/// of the header, so that its lines keep their numbers.
pub(super) fn of_script<'a>(
    profile: &Behaviour,
    code: &'a [u8],
) -> Result<(Option<ScriptFlags>, &'a [u8]), ErrorReply> {
    let behaviour = &profile.scripts;
    if !behaviour.has_headers || !code.starts_with(b"#!") {
        return Ok((None, code));
    }
    let (line, body) = first_line(code).ok_or("ERR Invalid script shebang")?;
    let words = split_words(line, &profile.input);
    if words.is_empty() {
        return Err("ERR Invalid engine in script shebang".into());
    }
    let mut words = words.iter().map(Vec::as_slice);
    let mut word = words.next().unwrap_or_default();
    let mut engine = word.strip_prefix(b"#!").unwrap_or_default();
    let is_lua = if behaviour.headers_name_engines {
        if engine.is_empty() {
            // It is an option too.
            word = words.clone().next().unwrap_or_default();
            engine = word;
        }
        engine.eq_ignore_ascii_case(b"lua")
    } else {
        engine == b"lua"
    };
    let unknown_engine = (!is_lua).then(|| (behaviour.unknown_engine)(word, engine));
    // A server that knows several engines reads the options first.
    if !behaviour.headers_name_engines
        && let Some(error) = unknown_engine
    {
        return Err(error);
    }
    let mut flags = ScriptFlags::default();
    for word in words {
        let Some(names) = word.strip_prefix(b"flags=") else {
            return Err(ErrorReply::quoting("ERR Unknown lua shebang option: ", word, ""));
        };
        for name in names.split(|byte| *byte == b',').filter(|_| !names.is_empty()) {
            if !flags.add(name) {
                let before = "ERR Unexpected flag in script shebang: ";
                return Err(ErrorReply::quoting(before, name, ""));
            }
        }
    }
    match unknown_engine {
        Some(error) => Err(error),
        None => Ok((Some(flags), body)),
    }
}

/// The name of a library, and its code without the header.
pub(super) fn of_library<'a>(
    profile: &Behaviour,
    code: &'a [u8],
) -> Result<(Box<[u8]>, &'a [u8]), ErrorReply> {
    if !code.starts_with(b"#!") {
        return Err("ERR Missing library metadata".into());
    }
    let (line, body) = first_line(code).ok_or("ERR Invalid library metadata")?;
    let words = split_words(line, &profile.input);
    if words.is_empty() {
        return Err("ERR Invalid library metadata".into());
    }
    let mut words = words.iter().map(Vec::as_slice);
    let engine = words.next().and_then(|word| word.strip_prefix(b"#!")).unwrap_or_default();
    let mut name = None;
    for word in words {
        let Some(given) = word.strip_prefix(b"name=") else {
            return Err(ErrorReply::quoting("ERR Invalid metadata value given: ", word, ""));
        };
        if name.replace(given).is_some() {
            let text = "ERR Invalid metadata value, name argument was given multiple times";
            return Err(text.into());
        }
    }
    let name = name.ok_or("ERR Library name was not given")?;
    if !is_name(name) {
        return Err(format!("ERR Library names {NAME_RULE}").into());
    }
    if !engine.eq_ignore_ascii_case(b"lua") {
        return Err(ErrorReply::quoting("ERR Engine '", engine, "' not found"));
    }
    Ok((name.into(), body))
}

/// The first line and the rest, which begins with the line break. A header holds no NUL.
fn first_line(code: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr2(b'\n', 0, code).filter(|end| code[*end] == b'\n')?;
    Some(code.split_at(end))
}
