use super::fits::furthest;
use super::model::ServerEvent;
use super::shape::{Piece, Shape, Text, lines};
use crate::wire::Frame;

/// A part in which a received event differs from the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contrast {
    /// The path to the part: `["role"]` is the value of a key, `[2]` the third item.
    pub(crate) path: String,
    /// The expected part, or `nothing`. Long text is cut to what is around the difference.
    pub(crate) expected: String,
    /// The received part, in the same way.
    pub(crate) got: String,
}

impl ServerEvent {
    /// The smallest parts in which a received event does not fit this one.
    pub(crate) fn contrasts(&self, got: &ServerEvent) -> Vec<Contrast> {
        let mut found = Vec::new();
        match (self, got) {
            (ServerEvent::Frame(shape), ServerEvent::Frame(Shape::Exact(frame))) => {
                compare(shape, frame, "", &mut found);
            }
            (expected, got) if expected != got => {
                found.push(contrast("", &expected.to_string(), &got.to_string()));
            }
            _ => {}
        }
        found
    }
}

fn compare(shape: &Shape, frame: &Frame, path: &str, found: &mut Vec<Contrast>) {
    if shape.fits(frame) {
        return;
    }
    match (opened(shape), frame) {
        (Shape::Array(shapes), Frame::Array(frames))
        | (Shape::Push(shapes), Frame::Push(frames))
        | (Shape::Set(shapes), Frame::Set(frames)) => compare_items(&shapes, frames, path, found),
        (Shape::AnyArray(shapes), Frame::Array(frames)) => {
            let (shapes, frames) = unmatched(&shapes, frames, |shape, frame| shape.fits(frame));
            compare_rest(&shapes, &frames, path, found);
        }
        (Shape::Map(shapes), Frame::Map(frames)) => {
            let pairs: Vec<(&Frame, &Frame)> = frames.iter().map(|(k, v)| (k, v)).collect();
            compare_pairs(&shapes, &pairs, path, found);
        }
        (Shape::AnyMap(shapes), Frame::Map(frames)) => {
            let pairs: Vec<(&Frame, &Frame)> = frames.iter().map(|(k, v)| (k, v)).collect();
            compare_pairs(&shapes, &pairs, path, found);
        }
        (Shape::AnyPairs(shapes), Frame::Array(frames)) => {
            let pairs: Vec<(&Frame, &Frame)> =
                frames.chunks_exact(2).map(|pair| (&pair[0], &pair[1])).collect();
            compare_pairs(&shapes, &pairs, path, found);
        }
        (Shape::Template(kind, pieces), frame) => match Text::of(frame) {
            Some((other, bytes)) if other == kind => {
                compare_text(kind, &pieces, bytes, path, found);
            }
            _ => found.push(contrast(path, &shape.to_string(), &frame.to_string())),
        },
        (Shape::AnyLines(kind, pieces), frame) => match Text::of(frame) {
            Some((other, bytes)) if other == kind => {
                let (_, expected) = lines(kind, &pieces);
                let got: Vec<&[u8]> =
                    kind.split(bytes).1.split_inclusive(|it| *it == b'\n').collect();
                let (expected, got) =
                    unmatched(&expected, &got, |line, text| furthest(line, text).is_ok());
                let line = |pieces: &Vec<Piece>| Shape::Template(kind, pieces.clone());
                let shapes: Vec<Shape> = expected.into_iter().map(line).collect();
                let frames: Vec<Frame> =
                    got.into_iter().map(|text| kind.frame(text.to_vec().into())).collect();
                compare_rest(
                    &shapes.iter().collect::<Vec<_>>(),
                    &frames.iter().collect::<Vec<_>>(),
                    path,
                    found,
                );
            }
            _ => found.push(contrast(path, &shape.to_string(), &frame.to_string())),
        },
        (_, frame) => found.push(contrast(path, &shape.to_string(), &frame.to_string())),
    }
}

/// The shape with its outermost frame as a shape: its parts can be compared one by one.
fn opened(shape: &Shape) -> Shape {
    let all = |items: &[Frame]| items.iter().cloned().map(Shape::Exact).collect();
    match shape {
        Shape::Exact(Frame::Array(items)) => Shape::Array(all(items)),
        Shape::Exact(Frame::Push(items)) => Shape::Push(all(items)),
        Shape::Exact(Frame::Set(items)) => Shape::Set(all(items)),
        Shape::Exact(Frame::Map(pairs)) => {
            let pairs = pairs.iter().cloned();
            Shape::Map(pairs.map(|(key, value)| (key.into(), value.into())).collect())
        }
        Shape::Exact(frame) => match Text::of(frame) {
            Some((kind, bytes)) => Shape::Template(kind, vec![Piece::Literal(bytes.clone())]),
            None => shape.clone(),
        },
        _ => shape.clone(),
    }
}

fn compare_items(shapes: &[Shape], frames: &[Frame], path: &str, found: &mut Vec<Contrast>) {
    for (index, (shape, frame)) in shapes.iter().zip(frames).enumerate() {
        compare(shape, frame, &format!("{path}[{index}]"), found);
    }
    if shapes.len() != frames.len() {
        let count = |count: usize| format!("{count} items");
        found.push(contrast(path, &count(shapes.len()), &count(frames.len())));
    }
}

/// Compares the values of the same keys. Keys of one side alone are parts of their own.
fn compare_pairs(
    shapes: &[(Shape, Shape)],
    frames: &[(&Frame, &Frame)],
    path: &str,
    found: &mut Vec<Contrast>,
) {
    let (mut missing, mut left) = (Vec::new(), frames.to_vec());
    let before = found.len();
    for (key, value) in shapes {
        match left.iter().position(|(other, _)| key.fits(other)) {
            Some(at) => {
                let (key, frame) = left.remove(at);
                compare(value, frame, &format!("{path}[{key}]"), found);
            }
            None => missing.push(format!("{key}: {value}")),
        }
    }
    for pair in missing {
        found.push(contrast(path, &pair, "nothing"));
    }
    for (key, value) in left {
        found.push(contrast(path, "nothing", &format!("{key}: {value}")));
    }
    if found.len() == before {
        found.push(contrast(path, "this order of keys", "another order"));
    }
}

/// Compares what is left of two unordered groups, in the order in which it was written.
fn compare_rest(shapes: &[&Shape], frames: &[&Frame], path: &str, found: &mut Vec<Contrast>) {
    for index in 0..shapes.len().max(frames.len()) {
        match (shapes.get(index), frames.get(index)) {
            (Some(shape), Some(frame)) => compare(shape, frame, path, found),
            (shape, frame) => {
                let text = |part: Option<String>| part.unwrap_or_else(|| "nothing".to_owned());
                let expected = text(shape.map(ToString::to_string));
                found.push(contrast(path, &expected, &text(frame.map(ToString::to_string))));
            }
        }
    }
}

/// The items of both sides that no item of the other side fits.
fn unmatched<'a, S, F>(
    expected: &'a [S],
    got: &'a [F],
    fits: impl Fn(&S, &F) -> bool,
) -> (Vec<&'a S>, Vec<&'a F>) {
    let mut left: Vec<&F> = got.iter().collect();
    let missing = expected.iter().filter(|item| {
        let at = left.iter().position(|other| fits(item, other));
        at.map(|at| left.remove(at)).is_none()
    });
    let missing = missing.collect();
    (missing, left)
}

/// Compares a string from the first piece on that does not fit.
fn compare_text(kind: Text, pieces: &[Piece], text: &[u8], path: &str, found: &mut Vec<Contrast>) {
    let Err((piece, at)) = furthest(pieces, text) else { return };
    let rest = vec![Piece::Literal(text[at..].to_vec().into())];
    let expected = Shape::Template(kind, pieces[piece..].to_vec());
    // Both in the notation of templates, so that they are equal up to the difference.
    found.push(contrast(path, &expected.to_string(), &Shape::Template(kind, rest).to_string()));
}

/// How many characters of a part are shown before the difference, and in all.
const BEFORE: usize = 16;
const LENGTH: usize = 80;

fn contrast(path: &str, expected: &str, got: &str) -> Contrast {
    let same = expected.chars().zip(got.chars()).take_while(|(a, b)| a == b).count();
    let start = if same > LENGTH / 2 { same - BEFORE } else { 0 };
    let cut = |text: &str| {
        let head = if start > 0 { "…" } else { "" };
        let mut chars = text.chars().skip(start);
        let part: String = chars.by_ref().take(LENGTH).collect();
        let tail = if chars.next().is_some() { "…" } else { "" };
        format!("{head}{part}{tail}")
    };
    Contrast { path: path.to_owned(), expected: cut(expected), got: cut(got) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Conversation;

    fn event(text: &str) -> ServerEvent {
        let file = format!("# t\n\na< {text}\n");
        let conversation = Conversation::parse(&file, "t").expect("a value");
        conversation.turns[0].answer[0].steps()[0].event.clone()
    }

    #[test]
    fn should_find_the_parts_that_do_not_fit() {
        let rows = [
            ("[1 \"a\"]", "[1 \"a\"]", &[][..]),
            ("[1 <int> 3]", "[1 2 4]", &["[2]: 3, 4"]),
            ("[1 [2 3]]", "[1 [2 4]]", &["[1][1]: 3, 4"]),
            ("[1 2]", "[1]", &[": 2 items, 1 items"]),
            (
                "{\"id\": <int> \"role\": \"a\"}",
                "{\"id\": 7 \"role\": \"b\"}",
                &["[\"role\"]: `a`, `b`"],
            ),
            (
                "any{\"a\": 1 \"b\": 2}",
                "{\"b\": 3 \"c\": 1}",
                &["[\"b\"]: 2, 3", ": \"a\": 1, nothing", ": nothing, \"c\": 1"],
            ),
            ("any[\"a\": 1 \"b\": 2]", "[\"b\" 2 \"a\" 3]", &["[\"a\"]: 1, 3"]),
            ("any[\"a\" \"b\"]", "[\"b\" \"c\"]", &[": `a`, `c`"]),
            (
                "{\"a\": 1 \"b\": 2}",
                "{\"b\": 2 \"a\": 1}",
                &[": this order of keys, another order"],
            ),
            ("`id=<int> db=0`", "\"id=7 db=1\"", &[": ` db=0`, ` db=1`"]),
            ("any`a:1\\nb:<int>\\n`", "\"b:2\\na:3\\n\"", &[": `a:1\\n`, `a:3\\n`"]),
            ("`a<any>`", "\"a\\nb\"", &[": ``, `\\nb`"]),
            ("5", "$-1", &[": 5, $-1"]),
            ("closed", "5", &[": closed, 5"]),
        ];
        for (expected, got, parts) in rows {
            let found = event(expected).contrasts(&event(got));
            let show = |it: &Contrast| format!("{}: {}, {}", it.path, it.expected, it.got);
            let shown: Vec<String> = found.iter().map(show).collect();
            assert_eq!(shown, parts, "{expected} on {got}");
        }
    }
}
