use std::fmt;

use super::{Conversation, Expect, Hear, Heard, Said, Say, Shape};
use crate::wire::Frame;

/// The text of the file.
impl fmt::Display for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

macro_rules! plain {
    ($($kind:ty)*) => {$(
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self:?}")
            }
        }
    )*};
}
plain!(Expect Hear Heard Said Say Shape Frame);
