//! Requests whose answers need more than a fence.

use std::time::Duration;

use memchr::memmem;

use crate::conversation::ClientAction;

/// How long to wait for the answer to a request that a fence on another connection would disturb.
/// A missing answer is no error.
pub(super) const UNFENCED_WAIT: Duration = Duration::from_millis(300);

/// How long a connection must be quiet after a flush until the flush counts as done. A recording
/// cannot wait for its answer, because other frames may come first.
pub(super) const FLUSH_QUIET: Duration = Duration::from_millis(100);

/// Whether the text may contain a request whose answer a fence could change, because it lists or
/// kills clients or runs a transaction, or a flush, which a server may run on another thread.
pub(super) fn may_answer_late(text: &[u8]) -> bool {
    let has = |word: &str| memmem::find(text, word.as_bytes()).is_some();
    has("client") && (has("list") || has("kill")) || has("exec") || mentions_flush(text)
}

pub(super) fn mentions_flush(text: &[u8]) -> bool {
    memmem::find(text, b"flush").is_some()
}

/// The words of an action that could be a command or a subcommand, in lower case.
pub(super) fn command_text(action: &ClientAction) -> Vec<u8> {
    let mut text = Vec::new();
    match action {
        ClientAction::Raw(bytes) => text.extend_from_slice(bytes),
        action => {
            let words = action.words();
            words.iter().flat_map(|it| it.iter().take(2)).for_each(|word| text.extend(word));
        }
    }
    text.make_ascii_lowercase();
    text
}
