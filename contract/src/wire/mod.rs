//! Converts bytes to frames and back, in RESP2 and RESP3, without any I/O.
//!
//! This is the contract's own implementation of the protocol. The embedded server has a separate
//! one, so that each checks the other.
//!
//! A client reads with a [`Decoder`] and writes with [`encode_request`]. A proxy reads the client's
//! requests with [`decode_request`] and writes frames with [`encode()`].
//!
//! Every decoder accepts canonical bytes only, and the matching encoder writes the same bytes back.
//! So a recording can keep frames instead of bytes and loses nothing.

#[cfg(test)]
pub(crate) mod arbitrary;
mod decode;
mod encode;
mod error;
mod frame;
mod number;
mod request;
#[cfg(test)]
mod tests;

pub use decode::{Decoded, Decoder, MAX_BULK, MAX_DEPTH, MAX_ITEMS, MAX_LINE};
pub use encode::{encode, encode_request};
pub use error::{WireError, WireErrorKind};
pub use frame::Frame;
pub use request::{ClientInput, decode_request};
