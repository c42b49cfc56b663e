use bytes::Bytes;

use crate::conversation::{Conversation, Said};

/// Commands that other users of a server would notice, with the subcommands that do; all of them
/// where none is named.
const DISTURBING: &[(&str, &[&str])] = &[
    ("ACL", &["SETUSER", "DELUSER", "LOAD"]),
    ("APPEND", &[]),
    ("CLIENT", &["KILL", "PAUSE", "UNBLOCK"]),
    ("CLUSTER", &[]),
    ("CONFIG", &["SET", "REWRITE", "RESETSTAT"]),
    ("DEBUG", &[]),
    ("DECR", &[]),
    ("DEL", &[]),
    ("EVAL", &[]),
    ("EXPIRE", &[]),
    ("FAILOVER", &[]),
    ("FLUSHALL", &[]),
    ("FLUSHDB", &[]),
    ("FUNCTION", &["DELETE", "FLUSH", "KILL", "LOAD", "RESTORE"]),
    ("GETDEL", &[]),
    ("HSET", &[]),
    ("INCR", &[]),
    ("LPUSH", &[]),
    ("REPLICAOF", &[]),
    ("RPUSH", &[]),
    ("SADD", &[]),
    ("SCRIPT", &["FLUSH", "KILL"]),
    ("SET", &[]),
    ("SHUTDOWN", &[]),
    ("SLAVEOF", &[]),
    ("SWAPDB", &[]),
    ("UNLINK", &[]),
    ("XADD", &[]),
    ("ZADD", &[]),
];

/// The first command of a conversation that others who use the same server would notice: such a
/// conversation is played only on a server that nobody else uses.
pub fn disturbs(conversation: &Conversation) -> Option<String> {
    let says = conversation.turns.iter().flat_map(|turn| &turn.says);
    says.into_iter().find_map(|say| match &say.said {
        Said::Request(_) | Said::About(_) => disturbing(&say.said.words()?),
        Said::Raw(bytes) => {
            let words =
                bytes.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
            disturbing(&words.map(Bytes::copy_from_slice).collect::<Vec<_>>())
        }
        Said::Open | Said::HalfClose | Said::Close => None,
    })
}

fn disturbing(words: &[Bytes]) -> Option<String> {
    let is = |index: usize, word: &str| {
        words.get(index).is_some_and(|said: &Bytes| said.eq_ignore_ascii_case(word.as_bytes()))
    };
    let (command, subcommands) = DISTURBING.iter().find(|(command, _)| is(0, command))?;
    if subcommands.is_empty() {
        return Some((*command).to_owned());
    }
    let subcommand = subcommands.iter().find(|subcommand| is(1, subcommand))?;
    Some(format!("{command} {subcommand}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::conversation::{Name, Place, Say, Turn};

    #[rstest]
    #[case(Said::Request(vec!["config".into(), "Set".into(), "timeout".into()]), Some("CONFIG SET"))]
    #[case(Said::Request(vec!["CONFIG".into(), "GET".into(), "timeout".into()]), None)]
    #[case(Said::Request(vec!["FLUSHALL".into()]), Some("FLUSHALL"))]
    #[case(Said::Request(Vec::new()), None)]
    #[case(Said::Raw("flushdb async\r\n".into()), Some("FLUSHDB"))]
    #[case(Said::Close, None)]
    fn should_know_what_others_would_notice(#[case] said: Said, #[case] command: Option<&str>) {
        let say = Say { connection: Name::new("a"), place: Place::default(), said };
        let turn = Turn { says: vec![say], ..Turn::default() };
        let conversation = Conversation { turns: vec![turn], ..Conversation::default() };
        assert_eq!(disturbs(&conversation).as_deref(), command);
    }
}
