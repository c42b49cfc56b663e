//! Bytes to frames and back, in RESP2 and RESP3. No I/O: bytes in, frames out.
//!
//! This is the contract's own half of the protocol. The embedded server has another, written
//! apart from it, so that each checks the other.
//!
//! A client's side of a connection reads with a [`Decoder`] and writes with [`encode_request`];
//! whoever stands in between reads the client with [`decode_request`] and writes with [`encode()`].
//!
//! Every reader here is canonical: what it accepts, the matching writer turns into the same bytes.
//! A recording therefore needs to keep frames only, and nothing is lost.

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
