//! What a conversation does to the other users of its server, and what it learns about them.

use std::collections::HashSet;
use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem;

use crate::catalogue::{Catalogue, Fact};
use crate::conversation::{ClientAction, Conversation, Name};

/// Commands that write no key and that other users of a server notice all the same. No fact tells
/// them apart: `ACL LIST` and `CONFIG GET`, which only read, are `admin` and `dangerous` too, and a
/// script or function may run any command.
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

/// Commands and subcommands that write on any of the servers, in upper case, words apart:
/// `FUNCTION DELETE`.
static WRITING: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let commands = Catalogue::committed().servers().flat_map(|(_, server)| &server.commands);
    let writing = commands.filter(|(_, facts)| {
        let says = |fact: Fact| {
            facts.get(&fact).is_some_and(|value| value.split(' ').any(|word| word == "write"))
        };
        says(Fact::Flags) || says(Fact::Categories)
    });
    writing.map(|(name, _)| name.as_str().to_ascii_uppercase().replace('|', " ")).collect()
});

/// The first command of a conversation that others who use the same server would notice: such a
/// conversation is played only on a server that nobody else uses.
pub fn disturbs(conversation: &Conversation) -> Option<String> {
    let says = conversation.turns.iter().flat_map(|turn| &turn.client_steps);
    says.into_iter().find_map(|client_step| match &client_step.action {
        ClientAction::Request(_) | ClientAction::RequestWithIds(_) => {
            disturbing(&client_step.action.words()?)
        }
        // What is typed may be a command behind anything, in a line or with its lengths.
        ClientAction::Raw(bytes) => {
            let words = bytes.split(|byte| byte.is_ascii_whitespace());
            let words = words.filter(|word| !matches!(word, [] | [b'$' | b'*', ..]));
            let words: Vec<Bytes> = words.map(Bytes::copy_from_slice).collect();
            (0..words.len()).find_map(|index| disturbing(&words[index..]))
        }
        ClientAction::Open | ClientAction::HalfClose | ClientAction::Close => None,
    })
}

fn disturbing(words: &[Bytes]) -> Option<String> {
    let upper = |word: &Bytes| String::from_utf8_lossy(word).to_ascii_uppercase();
    let command = upper(words.first()?);
    let full = words.get(1).map(|subcommand| format!("{command} {}", upper(subcommand)));
    let disturbs = |name: &String| WRITING.contains(name) || DISTURBING.contains(&&**name);
    [Some(command), full].into_iter().flatten().find(disturbs)
}

/// What shows that there is one client more.
const CENSUS: &[&str] = &["list", "kill", "info", "maxclients", "debug", "shutdown"];

/// Whether somebody could learn that there is one client more, or be turned away because of it.
pub(super) fn takes_census(script: &Conversation) -> bool {
    let is_census =
        |word: &[u8]| CENSUS.iter().any(|one| word.eq_ignore_ascii_case(one.as_bytes()));
    let says = || script.turns.iter().flat_map(|turn| &turn.client_steps);
    let types = |name: &Name| {
        // What is typed in pieces counts too.
        let own = says().filter(|client_step| client_step.connection == *name);
        let typed: Vec<&[u8]> = own.filter_map(|client_step| typed(&client_step.action)).collect();
        let typed = typed.concat().to_ascii_lowercase();
        CENSUS.iter().any(|word| memmem::find(&typed, word.as_bytes()).is_some())
    };
    script.setup.parameters().any(|(name, _)| is_census(name.as_bytes()))
        || says()
            .filter_map(|client_step| client_step.action.words())
            .any(|words| words.iter().any(|it| is_census(it)))
        || script.connections().iter().any(types)
}

fn typed(said: &ClientAction) -> Option<&[u8]> {
    match said {
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
    #[case(ClientAction::Close, None)]
    fn should_know_what_others_would_notice(
        #[case] said: ClientAction,
        #[case] command: Option<&str>,
    ) {
        let client_step =
            ClientStep { connection: Name::new("a"), place: Place::default(), action: said };
        let turn = Turn { client_steps: vec![client_step], ..Turn::default() };
        let conversation = Conversation { turns: vec![turn], ..Conversation::default() };
        assert_eq!(disturbs(&conversation).as_deref(), command);
    }

    #[test]
    fn should_know_every_command_that_writes_keys() {
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
    fn should_know_who_counts_clients(#[case] says: &str, #[case] counted: bool) {
        let script = Conversation::parse(&format!("# Should\n\n{says}\n"), "t").unwrap();
        assert_eq!(takes_census(&script), counted, "{says}");
    }

    #[test]
    fn should_know_who_could_be_turned_away() {
        let script = "# Should\nwith maxclients 1\n\na> PING\n";
        assert!(takes_census(&Conversation::parse(script, "t").unwrap()));
    }
}
