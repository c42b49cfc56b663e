//! Random sessions: clients that send random commands and random bytes, read slowly and leave.
//!
//! Whatever they send, the engine does not panic, its accounts agree ([`accounts`]), its output is
//! a sequence of whole frames ([`frames`]), and the pieces in which the input arrives do not
//! matter. `just fuzz sessions` runs these tests for a long time.

mod accounts;
mod arbitrary;
mod frames;
mod player;

use proptest::prelude::*;

use arbitrary::{Scope, session};
use player::play;

proptest! {
    #[test]
    fn keep_the_accounts_and_send_whole_frames(session in session(Scope::Everything)) {
        let played = play(&session, usize::MAX);
        for output in &played.outputs {
            let tokens = frames::check(&output.bytes).map_err(TestCaseError::fail)?;
            // A transaction may announce fewer or more replies than follow, as in Redis.
            let is_whole = tokens.missing == 0 || played.has_run_transactions;
            prop_assert!(
                output.is_cut || is_whole && !tokens.is_cut,
                "something is missing at the end of {}", output.bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn answer_any_pieces_like_the_whole(session in session(Scope::Repeatable), size in 1..9_usize) {
        let (whole, pieces) = (play(&session, usize::MAX), play(&session, size));
        for (whole, pieces) in whole.outputs.iter().zip(&pieces.outputs) {
            let same = whole.bytes.iter().zip(&pieces.bytes).take_while(|(one, other)| one == other);
            let same = same.count();
            let (whole, pieces) = (&whole.bytes[same..], &pieces.bytes[same..]);
            prop_assert!(
                whole.is_empty() && pieces.is_empty(),
                "after {same} bytes: {} instead of {}", start(pieces), start(whole)
            );
        }
    }
}

fn start(output: &[u8]) -> String {
    output[..output.len().min(200)].escape_ascii().to_string()
}
