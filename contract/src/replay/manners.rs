//! What a conversation does to others who use its server, and what it tells of them.

use bytes::Bytes;
use memchr::memmem;

use crate::conversation::{ClientAction, Conversation, Name};

/// Commands that other users of a server would notice, with the subcommands that do; all of them
/// where none is named.
const DISTURBING: &[(&str, &[&str])] = &[
    ("ACL", &["SETUSER", "DELUSER", "LOAD"]),
    ("CLIENT", &["KILL", "PAUSE", "UNBLOCK"]),
    ("CLUSTER", &[]),
    ("CONFIG", &["SET", "REWRITE", "RESETSTAT"]),
    ("DEBUG", &[]),
    ("EVAL", &[]),
    ("EVALSHA", &[]),
    ("FAILOVER", &[]),
    ("FCALL", &[]),
    ("FLUSHALL", &[]),
    ("FLUSHDB", &[]),
    ("FUNCTION", &["DELETE", "FLUSH", "KILL", "LOAD", "RESTORE"]),
    ("REPLICAOF", &[]),
    ("SCRIPT", &["FLUSH", "KILL"]),
    ("SHUTDOWN", &[]),
    ("SLAVEOF", &[]),
    ("SWAPDB", &[]),
];

/// Commands that write keys: what `ACL CAT write` names on any of the servers.
const WRITING: &str = "
    APPEND BITFIELD BITOP BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN
    COPY DECR DECRBY DEL DELIFEQ EXPIRE EXPIREAT GEOADD GEORADIUS GEORADIUSBYMEMBER
    GEOSEARCHSTORE GETDEL GETEX GETSET HDEL HEXPIRE HEXPIREAT HGETDEL HGETEX HINCRBY
    HINCRBYFLOAT HMSET HPERSIST HPEXPIRE HPEXPIREAT HSET HSETEX HSETNX INCR INCRBY
    INCRBYFLOAT LINSERT LMOVE LMPOP LPOP LPUSH LPUSHX LREM LSET LTRIM MIGRATE MOVE MSET
    MSETEX MSETNX PERSIST PEXPIRE PEXPIREAT PFADD PFDEBUG PFMERGE PSETEX RENAME RENAMENX
    RESTORE RESTORE-ASKING RPOP RPOPLPUSH RPUSH RPUSHX SADD SDIFFSTORE SET SETBIT SETEX
    SETNX SETRANGE SINTERSTORE SMOVE SORT SPOP SREM SUNIONSTORE UNLINK XACK XADD
    XAUTOCLAIM XCLAIM XDEL XGROUP XREADGROUP XSETID XTRIM ZADD ZDIFFSTORE ZINCRBY
    ZINTERSTORE ZMPOP ZPOPMAX ZPOPMIN ZRANGESTORE ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK
    ZREMRANGEBYSCORE ZUNIONSTORE
";

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
    let is = |index: usize, word: &str| {
        words.get(index).is_some_and(|said: &Bytes| said.eq_ignore_ascii_case(word.as_bytes()))
    };
    if let Some(command) = WRITING.split_ascii_whitespace().find(|command| is(0, command)) {
        return Some(command.to_owned());
    }
    let (command, subcommands) = DISTURBING.iter().find(|(command, _)| is(0, command))?;
    if subcommands.is_empty() {
        return Some((*command).to_owned());
    }
    let subcommand = subcommands.iter().find(|subcommand| is(1, subcommand))?;
    Some(format!("{command} {subcommand}"))
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
