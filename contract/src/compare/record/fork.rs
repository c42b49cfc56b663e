//! Forks whose answers are kept under the name of their original server.

use bytes::Bytes;

use crate::conversation::{
    Conversation, Expectation, Mask, Piece, ServerEvent, ServerName, Shape, Text,
};
use crate::wire::Frame;

/// Masks the name of a fork in its answers, if they are kept under the name of its original server.
///
/// The product name is the only known difference between such a fork and its original.
pub(crate) fn mask_fork_name(conversation: &mut Conversation, server: &ServerName) {
    let products = conversation.recorded_from.iter();
    let own = products.filter_map(|exact| Some(exact.split_once(' ')?.0.to_owned()));
    let Some(fork) = own.into_iter().find(|product| product != server.product()) else { return };
    for expectation in conversation.turns.iter_mut().flat_map(|turn| &mut turn.answer) {
        let server_steps = match expectation {
            Expectation::One(server_step) => std::slice::from_mut(server_step),
            Expectation::AnyOrder(server_steps) | Expectation::AnyNames(server_steps) => {
                server_steps
            }
        };
        for server_step in server_steps {
            if let ServerEvent::Frame(shape) = &mut server_step.event {
                *shape = without(&fork, std::mem::replace(shape, Shape::Anything));
            }
        }
    }
}

/// Whether the answers of this exact server are kept under the name of another product.
pub(super) fn is_fork(exact: &str) -> bool {
    exact.split_once(' ').is_some_and(|(product, _)| product != ServerName::of(exact).product())
}

fn without(name: &str, shape: Shape) -> Shape {
    let all = |shapes: Vec<Shape>| shapes.into_iter().map(|it| without(name, it)).collect();
    let both = |pairs: Vec<(Shape, Shape)>| {
        pairs.into_iter().map(|(key, value)| (without(name, key), without(name, value))).collect()
    };
    match shape {
        Shape::Exact(frame) => in_frame(name, frame),
        Shape::Template(text, pieces) => {
            Shape::template(text, pieces.into_iter().flat_map(|piece| in_piece(name, piece)))
        }
        Shape::AnyLines(text, pieces) => {
            Shape::any_lines(text, pieces.into_iter().flat_map(|piece| in_piece(name, piece)))
        }
        Shape::Array(items) => Shape::array(all(items)),
        Shape::Push(items) => Shape::push(all(items)),
        Shape::Set(items) => Shape::set(all(items)),
        Shape::Map(pairs) => Shape::map(both(pairs)),
        Shape::AnyArray(items) => Shape::any_array(all(items)),
        Shape::AnyPairs(pairs) => Shape::any_pairs(both(pairs)),
        Shape::AnyMap(pairs) => Shape::any_map(both(pairs)),
        Shape::Integer | Shape::Anything => shape,
    }
}

fn in_frame(name: &str, frame: Frame) -> Shape {
    if let Some((text, bytes)) = Text::of(&frame) {
        return Shape::template(text, in_piece(name, Piece::Literal(bytes.clone())));
    }
    let all = |frames: Vec<Frame>| frames.into_iter().map(|it| in_frame(name, it)).collect();
    match frame {
        Frame::Array(items) => Shape::array(all(items)),
        Frame::Push(items) => Shape::push(all(items)),
        Frame::Set(items) => Shape::set(all(items)),
        Frame::Map(pairs) => {
            let pairs = pairs.into_iter();
            Shape::map(pairs.map(|(k, v)| (in_frame(name, k), in_frame(name, v))).collect())
        }
        frame => Shape::Exact(frame),
    }
}

/// Replaces each occurrence of the name, in any case, by a mask.
fn in_piece(name: &str, piece: Piece) -> Vec<Piece> {
    let Piece::Literal(text) = piece else { return vec![piece] };
    let mut pieces = Vec::new();
    let mut rest = &text[..];
    let is_name = |window: &[u8]| window.eq_ignore_ascii_case(name.as_bytes());
    while let Some(at) = rest.windows(name.len()).position(is_name) {
        pieces.push(Piece::Literal(Bytes::copy_from_slice(&rest[..at])));
        pieces.push(Piece::Hole(Mask::Any));
        rest = &rest[at + name.len()..];
    }
    pieces.push(Piece::Literal(Bytes::copy_from_slice(rest)));
    pieces
}
