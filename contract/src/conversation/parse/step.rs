use bytes::Bytes;

use super::ParseError;
use super::cursor::Cursor;
use super::string::{is_quote, string};
use super::value::top;
use crate::conversation::{ClientAction, ClientStep, Name, ServerEvent, ServerStep, Word};

type Result<T> = std::result::Result<T, ParseError>;

/// The start of a client ID in a request.
const ID_OF: &str = "<id of ";

/// One line of one connection.
pub(super) enum Step {
    ClientStep(ClientStep),
    ServerStep(ServerStep),
}

/// `name> …` or `name< …`, or `None` if the line does not begin with either.
pub(super) fn step(cursor: &mut Cursor<'_>) -> Result<Option<Step>> {
    let rest = cursor.rest();
    let Some(end) = rest.find(['>', '<', ' ']) else { return Ok(None) };
    let (name, arrow) = (&rest[..end], &rest[end..end + 1]);
    if arrow == " " || !Name::is_well_formed(name) {
        return Ok(None);
    }
    cursor.take(name);
    cursor.take(arrow);
    let (connection, place) = (Name::new(name), cursor.place());
    cursor.skip_spaces();
    Ok(Some(match arrow {
        ">" => Step::ClientStep(ClientStep { connection, place, action: action(cursor)? }),
        _ => Step::ServerStep(ServerStep { connection, place, event: event(cursor)? }),
    }))
}

fn action(cursor: &mut Cursor<'_>) -> Result<ClientAction> {
    let action = match cursor.rest() {
        "" => {
            return Err(cursor.error(
                "a request, raw \"…\", open, stop-reading, start-reading, half-close or close",
            ));
        }
        "open" => ClientAction::Open,
        "stop-reading" => ClientAction::StopReading,
        "start-reading" => ClientAction::StartReading,
        "half-close" => ClientAction::HalfClose,
        "close" => ClientAction::Close,
        "[]" => ClientAction::Request(Vec::new()),
        _ if cursor.take("raw ") => return Ok(ClientAction::Raw(raw(cursor)?)),
        _ => return request(cursor),
    };
    cursor.take_rest();
    Ok(action)
}

fn event(cursor: &mut Cursor<'_>) -> Result<ServerEvent> {
    if cursor.rest() == "closed" {
        cursor.take_rest();
        return Ok(ServerEvent::Closed);
    }
    if cursor.take("raw ") {
        return Ok(ServerEvent::Raw(raw(cursor)?));
    }
    Ok(ServerEvent::Frame(top(cursor)?))
}

fn raw(cursor: &mut Cursor<'_>) -> Result<Bytes> {
    cursor.skip_spaces();
    let bytes = string(cursor)?;
    cursor.end("the end of the line after the bytes")?;
    Ok(bytes)
}

fn request(cursor: &mut Cursor<'_>) -> Result<ClientAction> {
    let words = words(cursor)?;
    let exact = words.iter().map(|word| match word {
        Word::Bytes(bytes) => Some(bytes.clone()),
        Word::IdOf(_) => None,
    });
    Ok(match exact.collect() {
        Some(exact) => ClientAction::Request(exact),
        None => ClientAction::RequestWithIds(words),
    })
}

fn words(cursor: &mut Cursor<'_>) -> Result<Vec<Word>> {
    let mut words = Vec::new();
    while !cursor.is_at_end() {
        words.push(match cursor.take(ID_OF) {
            true => Word::IdOf(id_owner(cursor)?),
            false => Word::Bytes(word(cursor)?),
        });
        if !cursor.is_at_end() && !matches!(cursor.peek(), Some(' ' | '\t')) {
            return Err(cursor.error("a space after the quoted word"));
        }
        cursor.skip_spaces();
    }
    Ok(words)
}

/// The name of the connection after `<id of `.
fn id_owner(cursor: &mut Cursor<'_>) -> Result<Name> {
    let error = cursor.error("a connection's name and `>`");
    let name = cursor.take_while(|char| char != '>' && char != ' ');
    match Name::is_well_formed(name) && cursor.take(">") {
        true => Ok(Name::new(name)),
        false => Err(error),
    }
}

pub(super) fn word(cursor: &mut Cursor<'_>) -> Result<Bytes> {
    if is_quote(cursor.peek()) {
        return string(cursor);
    }
    let word = cursor.take_while(|char| char.is_ascii_graphic() && !"\"'`\\".contains(char));
    if word.is_empty() || !matches!(cursor.peek(), None | Some(' ' | '\t')) {
        return Err(
            cursor.error("quotes around a word that has non-ASCII characters or one of \" ' ` \\")
        );
    }
    Ok(Bytes::copy_from_slice(word.as_bytes()))
}
