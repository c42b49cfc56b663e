use super::request::Request;
use crate::wire::Frame;

/// Whether a connection is answered at all: what CLIENT REPLY made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Silence {
    /// Everything is answered.
    #[default]
    None,
    /// The next request is not.
    Next,
    /// Nothing is until CLIENT REPLY ON.
    All,
}

impl Silence {
    /// Whether a request was passed over without an answer of its own, seen from a confirmation of
    /// another one, which comes in any silence; a subscriber's CLIENT REPLY ON is refused in it.
    pub(super) fn passes(&mut self, request: &Request) -> bool {
        if request.is_confirmed() {
            self.passed(request);
            return true;
        }
        let mode = mode(request);
        match (*self, mode) {
            (Self::All, _) if request.resets() => false,
            (Self::All, _) => true,
            (Self::None | Self::Next, Some("OFF")) => {
                *self = Self::All;
                true
            }
            (Self::None | Self::Next, Some("SKIP")) => {
                *self = Self::Next;
                true
            }
            (Self::Next, _) => {
                *self = Self::None;
                true
            }
            (Self::None, _) => false,
        }
    }

    /// Who monitors is not answered to the same again.
    pub(super) fn passes_again(&mut self, request: &Request, monitoring: bool) -> bool {
        let passes = monitoring && request.is("monitor");
        if passes {
            self.passed(request);
        }
        passes
    }

    /// The same, seen from a frame that answers something.
    pub(super) fn passes_before(
        &mut self,
        request: &Request,
        frame: &Frame,
        queuing: bool,
    ) -> bool {
        let refused = match frame {
            Frame::Simple(text) => queuing && text == "QUEUED",
            Frame::Error(text) => {
                REFUSALS.iter().any(|refusal| contains(text, refusal))
                    && !contains(text, INCOMPLETE)
            }
            _ => false,
        };
        let ends = mode(request) == Some("ON") && *self != Self::None;
        if ends || refused && *self == Self::None && mode(request).is_some() {
            return false;
        }
        self.passes(request)
    }

    /// A request was answered, or confirmed.
    pub(super) fn passed(&mut self, request: &Request) {
        if *self == Self::Next || mode(request) == Some("ON") {
            *self = Self::None;
        }
    }
}

/// How an error shows that it answers CLIENT REPLY.
const REFUSALS: &[&[u8]] = &[b"client|reply", b"'client'", b"NOAUTH"];

/// How it shows that it answers one that names no mode.
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
