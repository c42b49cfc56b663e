use super::shape::{Mask, Piece, Shape, Text, lines};
use crate::wire::Frame;

impl Shape {
    /// Whether the frame has this shape.
    pub fn fits(&self, frame: &Frame) -> bool {
        match (self, frame) {
            (Shape::Exact(exact), frame) => exact == frame,
            (Shape::Integer, Frame::Integer(_)) | (Shape::Anything, _) => true,
            (Shape::Template(text, pieces), frame) => {
                Text::of(frame).is_some_and(|(kind, bytes)| kind == *text && matches(pieces, bytes))
            }
            (Shape::AnyLines(text, pieces), frame) => {
                Text::of(frame).is_some_and(|(kind, bytes)| {
                    let (head, lines) = lines(*text, pieces);
                    let (found_head, body) = kind.split(bytes);
                    let found: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').collect();
                    let fits = |line: &Vec<Piece>, found: &&[u8]| matches(line, found);
                    kind == *text
                        && head == found_head
                        && fit_in_any_order(&lines, found.iter(), fits)
                })
            }
            (Shape::Array(shapes), Frame::Array(frames))
            | (Shape::Push(shapes), Frame::Push(frames))
            | (Shape::Set(shapes), Frame::Set(frames)) => {
                shapes.len() == frames.len()
                    && shapes.iter().zip(frames).all(|(shape, frame)| shape.fits(frame))
            }
            (Shape::Map(shapes), Frame::Map(frames)) => {
                shapes.len() == frames.len()
                    && shapes.iter().zip(frames).all(|(shape, frame)| pair_fits(shape, frame))
            }
            (Shape::AnyArray(shapes), Frame::Array(frames)) => {
                fit_in_any_order(shapes, frames.iter(), Shape::fits)
            }
            (Shape::AnyPairs(shapes), Frame::Array(frames)) => {
                let pairs = frames.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
                let pairs: Vec<(Frame, Frame)> = pairs.collect();
                frames.len() == 2 * shapes.len()
                    && fit_in_any_order(shapes, pairs.iter(), pair_fits)
            }
            (Shape::AnyMap(shapes), Frame::Map(frames)) => {
                fit_in_any_order(shapes, frames.iter(), pair_fits)
            }
            _ => false,
        }
    }
}

fn pair_fits(shape: &(Shape, Shape), frame: &(Frame, Frame)) -> bool {
    shape.0.fits(&frame.0) && shape.1.fits(&frame.1)
}

/// Whether each shape can be assigned a frame of its own, with no frame left over.
///
/// Each shape takes the first frame that fits. With overlapping masks this can miss an assignment,
/// but the masks in recordings do not overlap.
fn fit_in_any_order<'a, S, F: 'a>(
    shapes: &[S],
    frames: impl Iterator<Item = &'a F>,
    fits: impl Fn(&S, &F) -> bool,
) -> bool {
    let mut left: Vec<&F> = frames.collect();
    left.len() == shapes.len()
        && shapes.iter().all(|shape| {
            let place = left.iter().position(|frame| fits(shape, frame));
            place.map(|place| left.swap_remove(place)).is_some()
        })
}

/// Whether the text consists of the template's literals, with fitting text in its holes.
///
/// As with a glob, backtracking to the last `<any>` is enough, because the pieces after an earlier
/// one have matched at their first possible place. An `<any>` never matches beyond its line, so a
/// template cannot skip a line that it does not name.
fn matches(pieces: &[Piece], text: &[u8]) -> bool {
    furthest(pieces, text).is_ok()
}

/// Like [`matches()`]. An error is the furthest piece that does not fit, and its place in the text.
pub(super) fn furthest(pieces: &[Piece], text: &[u8]) -> Result<(), (usize, usize)> {
    let (mut piece, mut at) = (0, 0);
    let mut last_any: Option<(usize, usize)> = None;
    let mut failed = (0, 0);
    loop {
        let step = match pieces.get(piece) {
            None if at == text.len() => return Ok(()),
            None => None,
            Some(Piece::Hole(Mask::Any)) => {
                last_any = Some((piece, at));
                Some(0)
            }
            Some(Piece::Hole(mask)) => mask.longest(&text[at..]),
            Some(Piece::Literal(bytes)) => text[at..].starts_with(bytes).then_some(bytes.len()),
        };
        if step.is_none() && piece > failed.0 {
            failed = (piece, at);
        }
        match (step, last_any) {
            (Some(length), _) => {
                piece += 1;
                at += length;
            }
            (None, Some((any, from))) if text.get(from).is_some_and(|&byte| byte != b'\n') => {
                last_any = Some((any, from + 1));
                piece = any + 1;
                at = from + 1;
            }
            _ => return Err(failed),
        }
    }
}

impl Mask {
    /// The length of the longest prefix that fits, or `None` if no prefix fits.
    fn longest(self, text: &[u8]) -> Option<usize> {
        let run = |of: fn(&u8) -> bool| text.iter().take_while(|byte| of(byte)).count();
        let length = match self {
            Mask::Int => {
                let sign = usize::from(text.starts_with(b"-"));
                let digits = text[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                if digits == 0 { 0 } else { sign + digits }
            }
            Mask::Positive => {
                let digits = run(u8::is_ascii_digit);
                if text[..digits].iter().all(|digit| *digit == b'0') { 0 } else { digits }
            }
            Mask::Version => run(|byte| byte.is_ascii_digit() || *byte == b'.'),
            Mask::Hash => Some(run(u8::is_ascii_hexdigit)).filter(|&run| run == 40)?,
            Mask::Address => {
                let word = run(|byte| byte.is_ascii_graphic() && *byte != b'"');
                let word = &text[..word];
                let colon = word.iter().rposition(|&byte| byte == b':')?;
                let port =
                    word[colon + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                if colon == 0 || port == 0 { 0 } else { colon + 1 + port }
            }
            Mask::Listeners => {
                let lines = text.split_inclusive(|&byte| byte == b'\n');
                let listeners = lines.take_while(|line| line.starts_with(b"listener"));
                return Some(listeners.map(<[u8]>::len).sum());
            }
            Mask::Any => text.len(),
        };
        (length > 0 || self == Mask::Any).then_some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Conversation, ServerEvent};

    /// Parses a value in the notation of a file.
    fn shape(text: &str) -> Shape {
        let file = format!("# t\n\na< {text}\n");
        let conversation = Conversation::parse(&file, "t").expect("a value");
        match &conversation.turns[0].answer[0].steps()[0].event {
            ServerEvent::Frame(shape) => shape.clone(),
            other => panic!("{other} is not a value"),
        }
    }

    #[test]
    fn masks_fit_varying_parts_and_reject_everything_else() {
        let rows = [
            ("1", "1", true),
            ("1", "\"1\"", false),
            ("<int>", "-5", true),
            ("<int>", "\"5\"", false),
            ("<any>", "[1 2]", true),
            ("`<int>`", "\"17\"", true),
            ("`<int>`", "\"\"", false),
            ("`<int>`", "\"17x\"", false),
            ("`<int>`", "17", false),
            ("`<positive>`", "\"170\"", true),
            ("`<positive>`", "\"0\"", false),
            ("`<positive>`", "\"-1\"", false),
            ("`<positive>`", "\"\"", false),
            ("`<version>`", "\"8.0.2\"", true),
            ("`<version>`", "\"eight\"", false),
            ("`<hash>`", "\"0123456789abcdef0123456789abcdef01234567\"", true),
            ("`<hash>`", "\"0123\"", false),
            ("`a <address> b`", "\"a 127.0.0.1:6379 b\"", true),
            ("`a <address> b`", "\"a [::1]:6379 b\"", true),
            ("`a <address> b`", "\"a /tmp/redis.sock:0 b\"", true),
            ("`a <address> b`", "\"a here b\"", false),
            ("`<any>`", "\"\"", true),
            ("`a<any>b<any>c`", "\"a12b34bc\"", true),
            ("`a<any>b<any>c`", "\"a1c\"", false),
            ("`<any>name=<any>\\n`", "\"id=1 name=x y\\n\"", true),
            ("`a:<any>\\r\\nc:<any>\\r\\n`", "\"a:1\\r\\nc:3\\r\\n\"", true),
            ("`a:<any>\\r\\nc:<any>\\r\\n`", "\"a:1\\r\\nb:2\\r\\nc:3\\r\\n\"", false),
            ("-`ERR script <hash>`", "-ERR script 1", false),
            ("`a\\r\\n<listeners>b`", "\"a\\r\\nlistener0:tcp\\r\\nlistener1:unix\\r\\nb\"", true),
            ("`a\\r\\n<listeners>`", "\"a\\r\\n\"", true),
            ("`a\\r\\n<listeners>b`", "\"a\\r\\nc:1\\r\\nb\"", false),
            ("any`a:1\\nb:<int>\\n`", "\"b:2\\na:1\\n\"", true),
            ("any`a:1\\nb:<int>\\n`", "\"b:2\\n\"", false),
            ("any`a:1\\nb:<int>\\n`", "\"b:2\\na:1\\nb:3\\n\"", false),
            ("any`a:<int>\\nb`", "=\"b\\na:1\\n\"", false),
            ("any=`txt:a:1\\nb:<int>\\n`", "=\"txt:b:2\\na:1\\n\"", true),
            ("any=`txt:a:1\\nb:<int>\\n`", "=\"mkd:b:2\\na:1\\n\"", false),
            ("[<int> \"a\"]", "[1 \"a\"]", true),
            ("[<int> \"a\"]", ">[1 \"a\"]", false),
            ("[<int> \"a\"]", "[1 \"a\" 2]", false),
            ("any[\"a\" \"b\"]", "[\"b\" \"a\"]", true),
            ("any[\"a\" \"b\"]", "[\"b\" \"b\"]", false),
            ("any[\"a\": 1 \"b\": 2]", "[\"b\" 2 \"a\" 1]", true),
            ("any[\"a\": 1 \"b\": 2]", "[\"b\" 1 \"a\" 2]", false),
            ("any{\"a\": 1 \"b\": <int>}", "{\"b\": 7 \"a\": 1}", true),
            ("{\"a\": 1 \"b\": <int>}", "{\"b\": 7 \"a\": 1}", false),
        ];
        for (expected, text, fits) in rows {
            let Shape::Exact(frame) = shape(text) else { panic!("{text} is not a frame") };
            assert_eq!(shape(expected).fits(&frame), fits, "{expected} on {text}");
        }
    }
}
