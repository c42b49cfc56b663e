//! Masks for values that vary between starts of a cluster node: IDs, ports, and its view of other
//! nodes.

use bytes::Bytes;

use super::fields::fields;
use crate::conversation::{Mask, Piece, Shape, Text};
use crate::wire::Frame;

/// The answer to CLUSTER MYID.
pub(super) fn id(frame: &Frame) -> Option<Shape> {
    match frame {
        Frame::Bulk(text) if is_id(text) => Some(masked_id()),
        _ => None,
    }
}

/// The lines of CLUSTER INFO, with the counters of the cluster bus masked. While the cluster is
/// down, `cluster_size` is masked too, because its initial value depends on the server's version.
pub(super) fn info_lines(frame: &Frame) -> Option<Shape> {
    let (kind, text) = document(frame)?;
    let mut pieces = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let colon = line.iter().position(|&byte| byte == b':');
        let is_down = text.windows(18).any(|line| line == b"cluster_state:fail");
        let counts =
            line.starts_with(b"cluster_stats_") || is_down && line.starts_with(b"cluster_size:");
        match colon.filter(|_| counts) {
            Some(colon) => {
                pieces.push(literal(&line[..=colon]));
                pieces.push(Piece::Hole(Mask::Int));
                pieces.push(literal(b"\r\n"));
            }
            None => pieces.push(literal(line)),
        }
    }
    Some(Shape::template(kind, pieces))
}

/// The lines of CLUSTER NODES: `<hash> :<int>@<int> myself,master - <int> <int> 0 connected 0-99`.
pub(super) fn node_lines(frame: &Frame) -> Option<Shape> {
    let (kind, text) = document(frame)?;
    let (head, body) = kind.split(text);
    let mut pieces = vec![literal(head)];
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let own = line.windows(6).any(|word| word == b"myself");
        for (at, field) in line.split_inclusive(|&byte| byte == b' ' || byte == b'\n').enumerate() {
            let end = field.len() - usize::from(field.ends_with(b" ") || field.ends_with(b"\n"));
            let (word, rest) = field.split_at(end);
            match at {
                0 if is_id(word) => pieces.push(Piece::Hole(Mask::Hash)),
                1 if own => pieces.extend(mask_numbers(word)),
                4 | 5 => pieces.push(Piece::Hole(Mask::Int)),
                7 if !own => pieces.push(Piece::Hole(Mask::Any)),
                _ => pieces.push(literal(word)),
            }
            pieces.push(literal(rest));
        }
    }
    Some(Shape::template(kind, pieces))
}

/// The answer to CLUSTER SLOTS. Nodes are `[ip port id …]`, where the answering node has no IP.
pub(super) fn slots(frame: &Frame) -> Option<Shape> {
    let Frame::Array(items) = frame else { return None };
    let own = matches!(items.first(), Some(Frame::Bulk(ip)) if ip.is_empty());
    let shapes = items.iter().enumerate().map(|(at, item)| match item {
        Frame::Integer(_) if at == 1 && own => Shape::Integer,
        Frame::Array(_) => slots(item).unwrap_or_else(|| Shape::Exact(item.clone())),
        item => id(item).unwrap_or_else(|| Shape::Exact(item.clone())),
    });
    Some(Shape::array(shapes.collect()))
}

/// The answer to CLUSTER SHARDS, where each node's port follows the name `port`.
pub(super) fn shards(frame: &Frame) -> Option<Shape> {
    match frame {
        Frame::Array(items) => {
            let named = |at: usize| {
                let name = at.checked_sub(1).and_then(|at| items.get(at));
                matches!(name, Some(Frame::Bulk(name)) if name == "port")
            };
            let shapes = items.iter().enumerate().map(|(at, item)| match item {
                Frame::Integer(_) if named(at) => Shape::Integer,
                item => shards(item).unwrap_or_else(|| Shape::Exact(item.clone())),
            });
            Some(Shape::array(shapes.collect()))
        }
        Frame::Map(pairs) => {
            let shapes = pairs.iter().map(|(name, value)| {
                let open = *name == Frame::Bulk(Bytes::from_static(b"port"));
                let value = match value {
                    Frame::Integer(_) if open => Shape::Integer,
                    value => shards(value).unwrap_or_else(|| Shape::Exact(value.clone())),
                };
                (Shape::Exact(name.clone()), value)
            });
            Some(Shape::map(shapes.collect()))
        }
        frame => id(frame),
    }
}

/// The answer to CLUSTER MIGRATION STATUS: imports, each with its fields.
pub(super) fn imports(frame: &Frame) -> Option<Shape> {
    let Frame::Array(imports) = frame else { return None };
    let import = |import: &Frame| {
        fields(import, |key, value| match (key, value) {
            (_, Frame::Integer(0..)) if key.ends_with(b"_time") => Shape::Integer,
            // A server tries again by its clock, and later if it has much to do.
            (b"retries", Frame::Integer(_)) => Shape::Integer,
            _ => id(value).unwrap_or_else(|| Shape::Exact(value.clone())),
        })
    };
    Some(Shape::array(imports.iter().map(import).collect::<Option<_>>()?))
}

fn masked_id() -> Shape {
    Shape::template(Text::Bulk, [Piece::Hole(Mask::Hash)])
}

fn is_id(text: &[u8]) -> bool {
    text.len() == 40 && text.iter().all(u8::is_ascii_hexdigit)
}

/// The text with each of its numbers masked.
fn mask_numbers(text: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for run in text.chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit()) {
        pieces.push(match run[0].is_ascii_digit() {
            true => Piece::Hole(Mask::Int),
            false => literal(run),
        });
    }
    pieces
}

fn document(frame: &Frame) -> Option<(Text, &[u8])> {
    let (kind, text) = Text::of(frame)?;
    matches!(kind, Text::Bulk | Text::Verbatim).then_some((kind, &text[..]))
}

fn literal(bytes: &[u8]) -> Piece {
    Piece::Literal(Bytes::copy_from_slice(bytes))
}
