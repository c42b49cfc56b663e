use crate::conversation::Shape;
use crate::wire::Frame;

/// A map, or its flat array in RESP2, with each value replaced by its shape.
pub(super) fn fields(frame: &Frame, kept: impl Fn(&[u8], &Frame) -> Shape) -> Option<Shape> {
    let kept = |key: &Frame, value: &Frame| match key {
        Frame::Bulk(key) => kept(key, value),
        _ => Shape::Exact(value.clone()),
    };
    match frame {
        Frame::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| (key.clone().into(), kept(key, value)));
            Some(Shape::map(pairs.collect()))
        }
        Frame::Array(items) if items.len() % 2 == 0 => {
            let pairs = items.chunks_exact(2);
            let flat = pairs.flat_map(|pair| [pair[0].clone().into(), kept(&pair[0], &pair[1])]);
            Some(Shape::array(flat.collect()))
        }
        _ => None,
    }
}
