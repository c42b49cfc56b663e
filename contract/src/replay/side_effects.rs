//! The side effects of a conversation: whether other clients of its server notice it, and whether
//! it notices them.

use std::collections::HashSet;
use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem;

use crate::catalogue::{Catalogue, Fact};
use crate::conversation::{ClientAction, Conversation, Name};

/// Commands that write no key, but that other clients of the server notice. No fact in the
/// catalogue tells them apart: `ACL LIST` and `CONFIG GET`, which only read, are `admin` and
/// `dangerous` too, and a script or function may run any command.
const DISTURBING: &[&str] = &[
    "ACL DELUSER",
    "ACL LOAD",
    "ACL SETUSER",
    "CLIENT KILL",
    "CLIENT PAUSE",
    "CLIENT UNBLOCK",
    "CLUSTER",
    "CONFIG RESETSTAT",
    "CONFIG REWRITE",
    "CONFIG SET",
    "DEBUG",
    "EVAL",
    "EVALSHA",
    "FAILOVER",
    "FCALL",
    "FUNCTION KILL",
    "REPLICAOF",
    "SCRIPT FLUSH",
    "SCRIPT KILL",
    "SHUTDOWN",
    "SLAVEOF",
];

/// Commands and subcommands that any of the servers counts as `write`, in upper case and separated
/// by a space: `FUNCTION DELETE`.
static WRITING: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let commands = Catalogue::committed().servers().flat_map(|(_, server)| &server.commands);
    let writing = commands.filter(|(_, facts)| {
        let has_write = |fact: Fact| {
            facts.get(&fact).is_some_and(|value| value.split(' ').any(|word| word == "write"))
        };
        has_write(Fact::Flags) || has_write(Fact::Categories)
    });
    writing.map(|(name, _)| name.as_str().to_ascii_uppercase().replace('|', " ")).collect()
});

/// The first step of a conversation that other clients of the server would notice. Such a
/// conversation needs a server of its own.
pub fn disturbs(conversation: &Conversation) -> Option<String> {
    let client_steps = conversation.turns.iter().flat_map(|turn| &turn.client_steps);
    client_steps.into_iter().find_map(|client_step| match &client_step.action {
        ClientAction::Request(_) | ClientAction::RequestWithIds(_) => {
            disturbing(&client_step.action.words()?)
        }
        // Raw bytes may contain a command anywhere, inline or with its lengths.
        ClientAction::Raw(bytes) => {
            let words = bytes.split(|byte| byte.is_ascii_whitespace());
            let words = words.filter(|word| !matches!(word, [] | [b'$' | b'*', ..]));
            let words: Vec<Bytes> = words.map(Bytes::copy_from_slice).collect();
            (0..words.len()).find_map(|index| disturbing(&words[index..]))
        }
        // Output that the client does not read fills the server's memory.
        ClientAction::StopReading => Some("a client that stops reading".to_owned()),
        ClientAction::Open
        | ClientAction::StartReading
        | ClientAction::HalfClose
        | ClientAction::Close => None,
    })
}

fn disturbing(words: &[Bytes]) -> Option<String> {
    let upper = |word: &Bytes| String::from_utf8_lossy(word).to_ascii_uppercase();
    let command = upper(words.first()?);
    let full = words.get(1).map(|subcommand| format!("{command} {}", upper(subcommand)));
    let disturbs = |name: &String| WRITING.contains(name) || DISTURBING.contains(&&**name);
    [Some(command), full].into_iter().flatten().find(disturbs)
}

/// Words of requests whose answers or effects depend on the number of clients.
const CLIENT_COUNT_WORDS: &[&str] = &["list", "kill", "info", "maxclients", "debug", "shutdown"];

/// Whether a conversation could notice one more client, or be refused because of it.
pub(super) fn may_notice_a_client(script: &Conversation) -> bool {
    let is_listed = |word: &[u8]| {
        CLIENT_COUNT_WORDS.iter().any(|one| word.eq_ignore_ascii_case(one.as_bytes()))
    };
    let client_steps = || script.turns.iter().flat_map(|turn| &turn.client_steps);
    let has_raw_word = |name: &Name| {
        // A client may send a word in several pieces.
        let own = client_steps().filter(|client_step| client_step.connection == *name);
        let raw: Vec<&[u8]> =
            own.filter_map(|client_step| raw_bytes(&client_step.action)).collect();
        let raw = raw.concat().to_ascii_lowercase();
        CLIENT_COUNT_WORDS.iter().any(|word| memmem::find(&raw, word.as_bytes()).is_some())
    };
    script.setup.parameters().any(|(name, _)| is_listed(name.as_bytes()))
        || client_steps()
            .filter_map(|client_step| client_step.action.words())
            .any(|words| words.iter().any(|it| is_listed(it)))
        || script.connections().iter().any(has_raw_word)
}

fn raw_bytes(action: &ClientAction) -> Option<&[u8]> {
    match action {
        ClientAction::Raw(bytes) => Some(bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use twincast_embedded::{EmbeddedRedis, Profile};

    use super::*;
    use crate::conversation::{ClientStep, Name, Place, Turn};

    #[rstest]
    #[case(ClientAction::Request(vec!["config".into(), "Set".into(), "timeout".into()]), Some("CONFIG SET"))]
    #[case(ClientAction::Request(vec!["CONFIG".into(), "GET".into(), "timeout".into()]), None)]
    #[case(ClientAction::Request(vec!["FLUSHALL".into()]), Some("FLUSHALL"))]
    #[case(ClientAction::Request(vec!["xgroup".into(), "CREATE".into()]), Some("XGROUP"))]
    #[case(ClientAction::Request(vec!["Function".into(), "load".into()]), Some("FUNCTION LOAD"))]
    #[case(ClientAction::Request(vec!["FUNCTION".into(), "LIST".into()]), None)]
    #[case(ClientAction::Request(vec!["msetex".into()]), Some("MSETEX"))]
    #[case(ClientAction::Request(vec!["vadd".into()]), Some("VADD"))]
    #[case(ClientAction::Request(Vec::new()), None)]
    #[case(ClientAction::Raw("flushdb async\r\n".into()), Some("FLUSHDB"))]
    #[case(ClientAction::Raw("PING\r\n*3\r\n$6\r\nCLIENT\r\n$4\r\nKILL\r\n".into()), Some("CLIENT KILL"))]
    #[case(ClientAction::Raw("*1\r\n$4\r\nPING\r\n".into()), None)]
    #[case(ClientAction::StopReading, Some("a client that stops reading"))]
    #[case(ClientAction::Close, None)]
    fn should_find_commands_that_other_clients_notice(
        #[case] action: ClientAction,
        #[case] command: Option<&str>,
    ) {
        let client_step =
            ClientStep { connection: Name::new("a"), place: Place::default(), action };
        let turn = Turn { client_steps: vec![client_step], ..Turn::default() };
        let conversation = Conversation { turns: vec![turn], ..Conversation::default() };
        assert_eq!(disturbs(&conversation).as_deref(), command);
    }

    #[test]
    fn should_find_every_command_that_writes_keys() {
        for profile in Profile::ALL {
            let server = EmbeddedRedis::builder().profile(*profile).start().unwrap();
            let mut client = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
            let writing = redis::cmd("ACL").arg(&["CAT", "write"]).query(&mut client);
            let writing: Vec<String> = writing.unwrap();
            assert!(writing.len() > 80, "{profile} has {}", writing.len());
            for command in writing {
                let words: Vec<Bytes> = command.split('|').map(|it| it.to_owned().into()).collect();
                assert!(disturbing(&words).is_some(), "{profile}: {command}");
            }
        }
    }

    #[rstest]
    #[case("a> SUBSCRIBE x\na> PUBLISH x y", false)]
    #[case("a> Client List", true)]
    #[case("a> raw \"client k\"\nb> PING\na> raw \"ill type normal\\r\\n\"", true)]
    #[case("a> CONFIG SET maxclients 1", true)]
    #[case("a> CLIENT ID", false)]
    fn should_find_conversations_that_may_notice_a_client(
        #[case] steps: &str,
        #[case] notices: bool,
    ) {
        let script = Conversation::parse(&format!("# Should\n\n{steps}\n"), "t").unwrap();
        assert_eq!(may_notice_a_client(&script), notices, "{steps}");
    }

    #[test]
    fn should_find_conversations_that_a_client_limit_could_refuse() {
        let script = "# Should\nwith maxclients 1\n\na> PING\n";
        assert!(may_notice_a_client(&Conversation::parse(script, "t").unwrap()));
    }
}
