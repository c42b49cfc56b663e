use bytes::Bytes;

use crate::wire::Frame;

/// What a frame must look like: exact, except where the reference itself promises nothing.
///
/// The functions below build a shape in its only form: a shape without masks or free orders is
/// always [`Shape::Exact`]. The text format preserves that form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// This frame and no other.
    Exact(Frame),
    /// Any integer, `<int>`, such as a client ID.
    Integer,
    /// Any frame, `<any>`.
    Anything,
    /// A string of one kind with parts that vary.
    Template(Text, Vec<Piece>),
    /// A string whose lines come in any order, such as the reply to `INFO commandstats`.
    AnyLines(Text, Vec<Piece>),
    /// An array whose items have shapes.
    Array(Vec<Shape>),
    /// A push whose items have shapes.
    Push(Vec<Shape>),
    /// A set whose items have shapes.
    Set(Vec<Shape>),
    /// A map whose items have shapes.
    Map(Vec<(Shape, Shape)>),
    /// An array whose items come in any order, such as the reply to `PUBSUB CHANNELS`.
    AnyArray(Vec<Shape>),
    /// An array of keys and values whose pairs come in any order: RESP2's form of a map.
    AnyPairs(Vec<(Shape, Shape)>),
    /// A map whose pairs come in any order, such as the reply to `CONFIG GET`.
    AnyMap(Vec<(Shape, Shape)>),
}

/// A kind of string that can hold a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// A simple string, such as a line of MONITOR.
    Simple,
    /// An error.
    Error,
    /// A bulk string.
    Bulk,
    /// A verbatim string, including its format and colon.
    Verbatim,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Literal bytes.
    Literal(Bytes),
    /// Any text that fits the mask.
    Hole(Mask),
}

/// The kind of text that a varying part of a string must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mask {
    /// `<int>`: decimal digits, with an optional minus.
    Int,
    /// `<positive>`: decimal digits, not all of them zeros.
    Positive,
    /// `<version>`: digits and dots.
    Version,
    /// `<address>`: a host or path, a colon and a port.
    Address,
    /// `<hash>`: forty hexadecimal digits.
    Hash,
    /// `<listeners>`: any number of lines `listener…`, in which INFO tells where a server listens.
    Listeners,
    /// `<any>`: any text within a line, up to where the rest of the template fits.
    Any,
}

impl Mask {
    /// Every mask with its name.
    pub const ALL: [(&'static str, Mask); 7] = [
        ("int", Mask::Int),
        ("positive", Mask::Positive),
        ("version", Mask::Version),
        ("address", Mask::Address),
        ("hash", Mask::Hash),
        ("listeners", Mask::Listeners),
        ("any", Mask::Any),
    ];

    /// The name, as it is written between `<` and `>`.
    pub fn name(self) -> &'static str {
        match self {
            Mask::Int => "int",
            Mask::Positive => "positive",
            Mask::Version => "version",
            Mask::Address => "address",
            Mask::Hash => "hash",
            Mask::Listeners => "listeners",
            Mask::Any => "any",
        }
    }
}

impl Shape {
    /// This bulk string, exactly.
    pub fn bulk(bytes: impl Into<Bytes>) -> Self {
        Self::Exact(Frame::Bulk(bytes.into()))
    }

    /// An array of these items.
    pub fn array(items: Vec<Shape>) -> Self {
        exact(items).map_or_else(Self::Array, |items| Self::Exact(Frame::Array(items)))
    }

    /// A push of these items.
    pub fn push(items: Vec<Shape>) -> Self {
        exact(items).map_or_else(Self::Push, |items| Self::Exact(Frame::Push(items)))
    }

    /// A set of these items, in this order.
    pub fn set(items: Vec<Shape>) -> Self {
        exact(items).map_or_else(Self::Set, |items| Self::Exact(Frame::Set(items)))
    }

    /// A map of these pairs, in this order.
    pub fn map(pairs: Vec<(Shape, Shape)>) -> Self {
        exact_pairs(pairs).map_or_else(Self::Map, |pairs| Self::Exact(Frame::Map(pairs)))
    }

    /// An array of these items in any order. With fewer than two items the order is fixed.
    pub fn any_array(items: Vec<Shape>) -> Self {
        if items.len() < 2 { Self::array(items) } else { Self::AnyArray(items) }
    }

    /// An array of these keys and values, with the pairs in any order.
    pub fn any_pairs(pairs: Vec<(Shape, Shape)>) -> Self {
        if pairs.len() < 2 {
            Self::array(pairs.into_iter().flat_map(|(key, value)| [key, value]).collect())
        } else {
            Self::AnyPairs(pairs)
        }
    }

    /// A map of these pairs in any order.
    pub fn any_map(pairs: Vec<(Shape, Shape)>) -> Self {
        if pairs.len() < 2 { Self::map(pairs) } else { Self::AnyMap(pairs) }
    }

    /// A string with masks. Adjacent literals are joined; without a mask the shape is exact.
    pub fn template(text: Text, pieces: impl IntoIterator<Item = Piece>) -> Self {
        let tidy = tidy(pieces);
        match &tidy[..] {
            [] => Self::Exact(text.frame(Bytes::new())),
            [Piece::Literal(bytes)] => Self::Exact(text.frame(bytes.clone())),
            _ => Self::Template(text, tidy),
        }
    }

    /// A string with masks whose lines come in any order. With fewer than two the order is fixed.
    pub fn any_lines(text: Text, pieces: impl IntoIterator<Item = Piece>) -> Self {
        let tidy = tidy(pieces);
        match lines(text, &tidy).1.len() {
            0 | 1 => Self::template(text, tidy),
            _ => Self::AnyLines(text, tidy),
        }
    }
}

/// Drops empty literals and joins adjacent ones.
fn tidy(pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut tidy: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (tidy.last_mut(), piece) {
            (_, Piece::Literal(more)) if more.is_empty() => {}
            (Some(Piece::Literal(before)), Piece::Literal(more)) => {
                *before = [&before[..], &more[..]].concat().into();
            }
            (_, piece) => tidy.push(piece),
        }
    }
    tidy
}

/// The head, and the pieces of each line, including its line break.
pub(super) fn lines(text: Text, pieces: &[Piece]) -> (&[u8], Vec<Vec<Piece>>) {
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let mut line = Vec::new();
    let head = match pieces.first() {
        Some(Piece::Literal(first)) => text.split(first).0,
        _ => b"",
    };
    for (place, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Hole(_) => line.push(piece.clone()),
            Piece::Literal(bytes) => {
                let bytes = if place == 0 { bytes.slice(head.len()..) } else { bytes.clone() };
                for part in bytes.split_inclusive(|&byte| byte == b'\n') {
                    line.push(Piece::Literal(bytes.slice_ref(part)));
                    if part.ends_with(b"\n") {
                        lines.push(std::mem::take(&mut line));
                    }
                }
            }
        }
    }
    lines.extend((!line.is_empty()).then_some(line));
    (head, lines)
}

impl Text {
    /// A frame of this kind with these bytes.
    pub fn frame(self, bytes: Bytes) -> Frame {
        match self {
            Text::Simple => Frame::Simple(bytes),
            Text::Error => Frame::Error(bytes),
            Text::Bulk => Frame::Bulk(bytes),
            Text::Verbatim => Frame::Verbatim(bytes),
        }
    }

    /// Splits the bytes into head and text. The head of a verbatim string is its format (`txt:`),
    /// which is not part of the first line; other strings have an empty head.
    pub fn split(self, bytes: &[u8]) -> (&[u8], &[u8]) {
        let head = if self == Text::Verbatim { 4 } else { 0 };
        bytes.split_at(head.min(bytes.len()))
    }

    /// The kind and bytes of the frame, if it is such a string.
    pub fn of(frame: &Frame) -> Option<(Self, &Bytes)> {
        match frame {
            Frame::Simple(bytes) => Some((Text::Simple, bytes)),
            Frame::Error(bytes) => Some((Text::Error, bytes)),
            Frame::Bulk(bytes) => Some((Text::Bulk, bytes)),
            Frame::Verbatim(bytes) => Some((Text::Verbatim, bytes)),
            _ => None,
        }
    }
}

impl From<Frame> for Shape {
    fn from(frame: Frame) -> Self {
        Self::Exact(frame)
    }
}

/// The frames if all shapes are exact, otherwise the shapes.
fn exact(items: Vec<Shape>) -> Result<Vec<Frame>, Vec<Shape>> {
    let all = items.iter().all(|item| matches!(item, Shape::Exact(_)));
    if !all {
        return Err(items);
    }
    Ok(items.into_iter().filter_map(Shape::into_exact).collect())
}

type Pairs<T> = Vec<(T, T)>;

fn exact_pairs(pairs: Pairs<Shape>) -> Result<Pairs<Frame>, Pairs<Shape>> {
    let all = pairs.iter().all(|pair| matches!(pair, (Shape::Exact(_), Shape::Exact(_))));
    if !all {
        return Err(pairs);
    }
    let both = |(key, value): (Shape, Shape)| Some((key.into_exact()?, value.into_exact()?));
    Ok(pairs.into_iter().filter_map(both).collect())
}

impl Shape {
    fn into_exact(self) -> Option<Frame> {
        match self {
            Shape::Exact(frame) => Some(frame),
            _ => None,
        }
    }
}
