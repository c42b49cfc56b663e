use super::shape::Shape;
use crate::wire::Frame;

impl Shape {
    /// Whether the frame looks like this.
    pub fn fits(&self, frame: &Frame) -> bool {
        matches!(self, Shape::Exact(exact) if exact == frame)
    }
}
