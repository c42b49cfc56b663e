//! The requests of a conversation: their commands, keys and channels.

use bytes::Bytes;
use twincast::conversation::{ClientAction, Conversation};

/// How much of a word is shown to the server that is asked about it.
pub(super) const LONGEST_WORD: usize = 256;

/// All requests of a conversation. Every word of raw bytes may be a command.
pub(super) fn requests_of(conversation: &Conversation) -> Vec<Vec<Bytes>> {
    let client_steps = conversation.turns.iter().flat_map(|turn| &turn.client_steps);
    let mut requests = Vec::new();
    for client_step in client_steps {
        match &client_step.action {
            ClientAction::Raw(bytes) => {
                let words = bytes.split(|byte| byte.is_ascii_whitespace());
                let words: Vec<Bytes> = words
                    .filter(|word| !matches!(word, [] | [b'$' | b'*', ..]))
                    .map(Bytes::copy_from_slice)
                    .collect();
                let next = |at: usize| words[at..words.len().min(at + 3)].to_vec();
                requests.extend((0..words.len()).map(next));
            }
            action => requests.extend(action.words().map(|words| words.into_owned())),
        }
    }
    requests.retain(|request| !request.is_empty());
    requests
}

/// The names that a request may have in upper case: `CONFIG`, `CONFIG GET`.
pub(super) fn names(request: &[Bytes]) -> Vec<String> {
    let upper = |word: &Bytes| String::from_utf8_lossy(word).to_ascii_uppercase();
    let command = request.first().map(upper);
    let is_container = |command: &String| {
        matches!(
            &**command,
            "ACL"
                | "CLIENT"
                | "CLUSTER"
                | "COMMAND"
                | "CONFIG"
                | "MEMORY"
                | "OBJECT"
                | "PUBSUB"
                | "XGROUP"
                | "XINFO"
        )
    };
    let full = command.as_ref().filter(|command| is_container(command)).and_then(|command| {
        request.get(1).map(|subcommand| format!("{command} {}", upper(subcommand)))
    });
    command.into_iter().chain(full).collect()
}

/// The command, and the first of its words that can be keys or channels.
pub(super) fn key_of(request: &[Bytes]) -> String {
    let channels = channels_of(request);
    let words = if channels.is_empty() { request[1..].to_vec() } else { channels };
    let words =
        words.iter().take(8).map(|word| word[..word.len().min(LONGEST_WORD)].escape_ascii());
    let words: Vec<String> = words.map(|word| word.to_string()).collect();
    format!("{} {}", names(request).pop().unwrap_or_default(), words.join(" "))
}

/// The channels that a request publishes to, subscribes to, or asks about.
pub(super) fn channels_of(request: &[Bytes]) -> Vec<Bytes> {
    let command = request[0].to_ascii_uppercase();
    match &command[..] {
        b"PUBLISH" | b"SPUBLISH" => request.iter().skip(1).take(1).cloned().collect(),
        b"SUBSCRIBE" | b"PSUBSCRIBE" | b"SSUBSCRIBE" | b"PUBSUB" => request[1..].to_vec(),
        _ => Vec::new(),
    }
}
