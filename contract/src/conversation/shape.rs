use bytes::Bytes;

use crate::wire::Frame;

/// What a frame must look like: exactly so, but for what the reference itself does not promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// This frame and no other.
    Exact(Frame),
    /// A value that changes from run to run: a client id, a time.
    Masked(Mask),
    /// A string of a kind with changing parts: `id=<int> addr=<address> …`.
    Template(Text, Vec<Piece>),
    /// An array whose items have shapes.
    Array(Vec<Shape>),
    /// A push whose items have shapes.
    Push(Vec<Shape>),
    /// A set whose items have shapes.
    Set(Vec<Shape>),
    /// A map whose items have shapes.
    Map(Vec<(Shape, Shape)>),
    /// An array whose items come in any order, as `PUBSUB CHANNELS` gives them.
    AnyArray(Vec<Shape>),
}

/// A kind of string that can hold a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// A bulk string.
    Bulk,
    /// An error.
    Error,
    /// A verbatim string.
    Verbatim,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Literal(Bytes),
    /// Whatever fits the mask.
    Hole(Mask),
}

/// What a changing value must still be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// A decimal integer (`:n`, or digits in a string).
    Int,
    /// A version: digits and dots.
    Version,
    /// An address and port.
    Address,
    /// Forty hexadecimal digits.
    Hash,
    /// Any bytes at all (in a template: up to the next literal).
    Any,
}
