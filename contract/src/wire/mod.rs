//! Bytes to frames and back, in RESP2 and RESP3. No I/O: bytes in, frames out.
//!
//! This is the contract's own half of the protocol. The embedded server has another, written
//! apart from it, so that each checks the other.

mod frame;

pub use frame::Frame;
