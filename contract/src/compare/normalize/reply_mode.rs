use super::request::Request;
use crate::wire::Frame;

/// The mode of CLIENT REPLY, which decides which requests of a connection are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ReplyMode {
    /// Every request is answered.
    #[default]
    On,
    /// The next request is not answered.
    SkipNext,
    /// No request is answered until CLIENT REPLY ON.
    Off,
}

impl ReplyMode {
    /// Whether a request gets no answer, given that a later request was confirmed. Confirmations
    /// are sent in any mode, and a subscriber's CLIENT REPLY ON is refused.
    pub(super) fn suppresses(&mut self, request: &Request) -> bool {
        if request.is_confirmed() {
            self.answered(request);
            return true;
        }
        let mode = mode(request);
        match (*self, mode) {
            (Self::Off, _) if request.resets() => false,
            (Self::Off, _) => true,
            (Self::On | Self::SkipNext, Some("OFF")) => {
                *self = Self::Off;
                true
            }
            (Self::On | Self::SkipNext, Some("SKIP")) => {
                *self = Self::SkipNext;
                true
            }
            (Self::SkipNext, _) => {
                *self = Self::On;
                true
            }
            (Self::On, _) => false,
        }
    }

    /// Whether this is a MONITOR of a client that is monitoring already, which is not answered.
    pub(super) fn suppresses_monitor(&mut self, request: &Request, monitoring: bool) -> bool {
        let suppresses = monitoring && request.is("monitor");
        if suppresses {
            self.answered(request);
        }
        suppresses
    }

    /// Whether a request gets no answer, given that the received frame answers some request.
    pub(super) fn suppresses_before(
        &mut self,
        request: &Request,
        frame: &Frame,
        in_transaction: bool,
    ) -> bool {
        let refused = match frame {
            Frame::Simple(text) => in_transaction && text == "QUEUED",
            Frame::Error(text) => {
                REFUSALS.iter().any(|refusal| contains(text, refusal))
                    && !contains(text, INCOMPLETE)
            }
            _ => false,
        };
        let ends = mode(request) == Some("ON") && *self != Self::On;
        if ends || refused && *self == Self::On && mode(request).is_some() {
            return false;
        }
        self.suppresses(request)
    }

    /// Updates the mode after a request was answered or confirmed.
    pub(super) fn answered(&mut self, request: &Request) {
        if *self == Self::SkipNext || mode(request) == Some("ON") {
            *self = Self::On;
        }
    }
}

/// Texts by which an error is recognised as the answer to CLIENT REPLY.
const REFUSALS: &[&[u8]] = &[b"client|reply", b"'client'", b"NOAUTH"];

/// The text by which an error is recognised as the answer to a CLIENT REPLY without a mode.
const INCOMPLETE: &[u8] = b"wrong number of arguments";

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// The mode that a CLIENT REPLY asks for.
fn mode(request: &Request) -> Option<&'static str> {
    let [_, reply, mode] = request.words() else { return None };
    let known = ["ON", "OFF", "SKIP"].into_iter().find(|known| known.eq_ignore_ascii_case(mode));
    known.filter(|_| request.is("client") && reply.eq_ignore_ascii_case("reply"))
}
