//! Conversations that let much time pass: a real server really waits.

use std::time::Duration;

use twincast::backend::Spec;
use twincast::conversation::Conversation;

/// How long a conversation may wait on a real server without being asked to.
const LONGEST: Duration = Duration::from_secs(3);

/// Why a conversation is left out on the server that plays it, if it waits too long there.
pub(super) fn refusal(own: &Spec, conversation: &Conversation) -> Option<String> {
    let wait: Duration = conversation.turns.iter().map(|turn| turn.wait).sum();
    let is_long = wait > LONGEST && !matches!(own, Spec::Embedded(_));
    is_long.then(|| {
        format!("it waits {} s on a real server: play it with --long-waits", wait.as_secs())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_leave_out_what_waits_long_on_a_real_server() {
        let waits = |text: &str| Conversation::parse(text, "wait.twin").unwrap();
        let (long, short) = (
            waits("# Should wait\n\nwait 2s\na> PING\n\nwait 1001ms\na> PING\n"),
            waits("# Should wait\n\nwait 3s\na> PING\n"),
        );
        let reason = "it waits 3 s on a real server: play it with --long-waits";
        assert_eq!(refusal(&Spec::Process(None), &long).as_deref(), Some(reason));
        assert_eq!(refusal(&Spec::Process(None), &short), None);
        assert_eq!(refusal(&Spec::default(), &long), None);
    }
}
