use std::collections::BTreeSet;

use super::keys::{Begin, Find, KeySpec};
use super::model::{CommandName, Fact, Facts, Section, Server};
use crate::conversation::{ServerEvent, Shape};
use crate::wire::Frame;

/// The requests whose replies contain the facts about all commands of a server, in RESP2.
pub const REQUESTS: [&[&str]; 2] = [&["COMMAND"], &["COMMAND", "DOCS"]];

/// A reply that cannot be read as facts about commands.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the server's reply to {request}: {problem}")]
pub struct ReplyError {
    /// The request that was sent.
    request: String,
    /// The problem with the reply.
    problem: String,
}

impl Server {
    /// Reads the facts from a server's replies to [`REQUESTS`].
    pub fn from_replies(replies: Vec<ServerEvent>) -> Result<Self, ReplyError> {
        let mut replies = replies.into_iter();
        let mut server = Self::default();
        for (request, read) in REQUESTS.into_iter().zip([take_info, take_docs]) {
            let read = match replies.next() {
                Some(ServerEvent::Frame(Shape::Exact(frame))) => read(&frame, &mut server),
                other => Err(format!("it is {other:?}")),
            };
            read.map_err(|problem| ReplyError { request: request.join(" "), problem })?;
        }
        Ok(server)
    }
}

/// Reads the reply to COMMAND. Old servers report fewer facts.
fn take_info(answer: &Frame, server: &mut Server) -> Result<(), String> {
    server.unreported = BTreeSet::from([Section::Subcommands, Section::Keys, Section::Tips]);
    items(answer)?.iter().try_for_each(|command| take_command(command, server))
}

fn take_command(answer: &Frame, server: &mut Server) -> Result<(), String> {
    let elements = items(answer)?;
    let [name, arity, flags, first, last, step, categories, rest @ ..] = elements else {
        return Err(format!("a command has {} elements instead of 7 or more", elements.len()));
    };
    let name = CommandName::new(word(name)?);
    let mut facts = Facts::new();
    let mut take = |fact, value: String| {
        if !value.is_empty() {
            facts.insert(fact, value);
        }
    };
    take(Fact::Arity, number(arity)?.to_string());
    take(Fact::Flags, words(flags)?.join(" "));
    let categories = words(categories)?;
    let bare = categories.iter().map(|it| it.strip_prefix('@').unwrap_or(it));
    take(Fact::Categories, bare.collect::<Vec<_>>().join(" "));
    let range = [number(first)?, number(last)?, number(step)?];
    if range != [0, 0, 0] {
        take(Fact::Range, range.map(|it| it.to_string()).join(" "));
    }
    if let [tips, keys, subcommands, ..] = rest {
        server.unreported.clear();
        take(Fact::Tips, words(tips)?.join(" "));
        let mut specs = Vec::new();
        for (spec, nth) in items(keys)?.iter().zip(1..) {
            let (spec, notes) = key_spec(spec)?;
            specs.push(spec.to_string());
            take(Fact::Notes(nth), notes);
        }
        take(Fact::Keys, specs.join(" "));
        items(subcommands)?.iter().try_for_each(|command| take_command(command, server))?;
    }
    match server.commands.insert(name.clone(), facts) {
        Some(_) => Err(format!("{name} is reported twice")),
        None => Ok(()),
    }
}

/// Reads a key specification and the server's note about it.
fn key_spec(answer: &Frame) -> Result<(KeySpec, String), String> {
    let notes = field(answer, "notes").map_or(Ok(""), text)?.to_owned();
    let flags = words(needed(answer, "flags")?)?.into_iter().map(str::to_owned).collect();
    let rule = |field: &str| {
        let rule = needed(answer, field)?;
        Ok::<_, String>((word(needed(rule, "type")?)?, needed(rule, "spec")?))
    };
    let integer = |spec: &Frame, field: &str| number(needed(spec, field)?);
    let begin = match rule("begin_search")? {
        ("index", spec) => Begin::Index(integer(spec, "index")?),
        ("keyword", spec) => {
            let keyword = word(needed(spec, "keyword")?)?.to_owned();
            Begin::Keyword(keyword, integer(spec, "startfrom")?)
        }
        ("unknown", _) => Begin::Unknown,
        (other, _) => return Err(format!("{other:?} is not a known type of begin_search")),
    };
    let find = match rule("find_keys")? {
        ("range", spec) => Find::Range {
            last: integer(spec, "lastkey")?,
            step: integer(spec, "keystep")?,
            limit: integer(spec, "limit")?,
        },
        ("keynum", spec) => Find::Count {
            at: integer(spec, "keynumidx")?,
            first: integer(spec, "firstkey")?,
            step: integer(spec, "keystep")?,
        },
        ("unknown", _) => Find::Unknown,
        (other, _) => return Err(format!("{other:?} is not a known type of find_keys")),
    };
    Ok((KeySpec { begin, find, flags }, notes))
}

/// Reads the reply to COMMAND DOCS. An old server replies with an error.
fn take_docs(answer: &Frame, server: &mut Server) -> Result<(), String> {
    if let Frame::Error(_) = answer {
        server.unreported.insert(Section::Docs);
        return Ok(());
    }
    for (name, docs) in pairs(answer)? {
        let name = CommandName::new(word(name)?);
        let facts = server.commands.get_mut(&name);
        let facts = facts.ok_or_else(|| format!("COMMAND does not report {name}"))?;
        for (fact, named) in [
            (Fact::Group, "group"),
            (Fact::Since, "since"),
            (Fact::Deprecated, "deprecated_since"),
            (Fact::Replaced, "replaced_by"),
        ] {
            let value = field(docs, named).map_or(Ok(""), text)?;
            if !value.is_empty() {
                facts.insert(fact, value.to_owned());
            }
        }
        if let Some(described) = field(docs, "arguments") {
            facts.insert(Fact::Arguments, arguments(described)?);
        }
        if let Some(subcommands) = field(docs, "subcommands") {
            take_docs(subcommands, server)?;
        }
    }
    Ok(())
}

/// A list of arguments, as the file has it. Sentences about them are left out.
fn arguments(answer: &Frame) -> Result<String, String> {
    let all: Result<Vec<_>, _> = items(answer)?.iter().map(argument).collect();
    Ok(all?.join(" "))
}

fn argument(answer: &Frame) -> Result<String, String> {
    let name = word(needed(answer, "name")?)?;
    let mut text = format!("{}:{name}", word(needed(answer, "type")?)?);
    match field(answer, "display_text").map(word).transpose()? {
        Some(shown) if shown != name => text.push_str(&format!(",display={shown}")),
        _ => {}
    }
    if let Some(spec) = field(answer, "key_spec_index") {
        text.push_str(&format!(",key={}", number(spec)?));
    }
    for (fact, named) in
        [("token", "token"), ("since", "since"), ("deprecated_since", "deprecated")]
    {
        if let Some(value) = field(answer, fact) {
            text.push_str(&format!(",{named}={}", self::text(value)?));
        }
    }
    for flag in field(answer, "flags").map_or(Ok(Vec::new()), words)? {
        text.push_str(&format!(",{flag}"));
    }
    if let Some(parts) = field(answer, "arguments") {
        text.push_str(&format!("({})", arguments(parts)?));
    }
    Ok(text)
}

fn items(frame: &Frame) -> Result<&[Frame], String> {
    match frame {
        Frame::Array(items) => Ok(items),
        other => Err(format!("{other:?} is not an array")),
    }
}

/// The names and values of a flat array.
fn pairs(frame: &Frame) -> Result<impl Iterator<Item = (&Frame, &Frame)>, String> {
    Ok(items(frame)?.chunks_exact(2).map(|pair| (&pair[0], &pair[1])))
}

fn field<'a>(frame: &'a Frame, name: &str) -> Option<&'a Frame> {
    pairs(frame).ok()?.find(|(field, _)| text(field) == Ok(name)).map(|(_, value)| value)
}

fn needed<'a>(frame: &'a Frame, name: &str) -> Result<&'a Frame, String> {
    field(frame, name).ok_or_else(|| format!("{frame:?} has no {name}"))
}

fn number(frame: &Frame) -> Result<i64, String> {
    match frame {
        Frame::Integer(number) => Ok(*number),
        other => Err(format!("{other:?} is not an integer")),
    }
}

/// The text of a string, if it fits on a line of the file.
fn text(frame: &Frame) -> Result<&str, String> {
    let (Frame::Simple(bytes) | Frame::Bulk(bytes)) = frame else {
        return Err(format!("{frame:?} is not a string"));
    };
    let text = std::str::from_utf8(bytes).map_err(|error| format!("{frame:?}: {error}"))?;
    match text.trim() == text && !text.contains(['\r', '\n']) {
        true => Ok(text),
        false => Err(format!("{text:?} does not fit on a line of the catalogue")),
    }
}

fn word(frame: &Frame) -> Result<&str, String> {
    let word = text(frame)?;
    match !word.is_empty() && !word.contains(' ') {
        true => Ok(word),
        false => Err(format!("{word:?} is not a single word")),
    }
}

fn words(frame: &Frame) -> Result<Vec<&str>, String> {
    items(frame)?.iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use twincast_embedded::{EmbeddedRedis, Profile};

    use super::super::Catalogue;
    use super::*;
    use crate::replay::Replay;

    /// The embedded server reports its commands as the catalogue describes them.
    #[tokio::test]
    async fn should_read_the_facts_that_each_server_reports() {
        let committed = Catalogue::committed().servers();
        let committed: Vec<_> = committed.map(|(name, known)| (name.as_str(), known)).collect();
        for profile in Profile::ALL {
            let server = EmbeddedRedis::builder().profile(*profile).start().unwrap();
            let requests = REQUESTS.map(|words| words.iter().map(|word| (*word).into()).collect());
            let replies = Replay::on(server.addr()).ask(&requests).await.unwrap();
            let server = Server::from_replies(replies).unwrap();
            let (_, known) = committed.iter().find(|(name, _)| *name == profile.name()).unwrap();
            assert_eq!(server.unreported, known.unreported, "{profile}");
            assert!(server.commands.len() > 40, "{profile}: {}", server.commands.len());
            for (name, facts) in &server.commands {
                assert_eq!(Some(facts), known.commands.get(name), "{profile}: {name:?}");
            }
        }
    }

    fn array(items: &[Frame]) -> Frame {
        Frame::Array(items.to_vec())
    }

    #[rstest]
    #[case(Frame::Error("ERR no".into()), "Error(b\"ERR no\") is not an array")]
    #[case(array(&[array(&[])]), "a command has 0 elements instead of 7 or more")]
    #[case(array(&[command("two words"), command("x")]), "\"two words\" is not a single word")]
    #[case(array(&[command("x"), command("x")]), "x is reported twice")]
    fn should_describe_replies_that_it_cannot_read(#[case] answer: Frame, #[case] fault: &str) {
        assert_eq!(take_info(&answer, &mut Server::default()).unwrap_err(), fault);
    }

    fn command(name: &'static str) -> Frame {
        let zero = Frame::Integer(0);
        let name = Frame::Bulk(name.into());
        array(&[name, zero.clone(), array(&[]), zero.clone(), zero.clone(), zero, array(&[])])
    }
}
