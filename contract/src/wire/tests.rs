use bytes::BytesMut;
use proptest::prelude::*;

use super::arbitrary::frame;
use super::*;

fn encoded(frame: &Frame) -> BytesMut {
    let mut out = BytesMut::new();
    encode(frame, &mut out);
    out
}

fn decode(bytes: &[u8]) -> Result<Option<Decoded>, WireError> {
    Decoder::new().decode(&mut BytesMut::from(bytes))
}

fn error_of(bytes: &[u8]) -> String {
    decode(bytes).expect_err("the bytes are not a frame").to_string()
}

proptest! {
    #[test]
    fn frames_survive_encoding_and_decoding_in_pieces_of_any_size(
        frames in prop::collection::vec(frame(), 1..5), piece in 1usize..9)
    {
        let whole: Vec<u8> = frames.iter().flat_map(|frame| encoded(frame).to_vec()).collect();
        let (mut decoder, mut buffer) = (Decoder::new(), BytesMut::new());
        let (mut back, mut lengths) = (Vec::new(), 0);
        for piece in whole.chunks(piece) {
            buffer.extend_from_slice(piece);
            while let Some(decoded) = decoder.decode(&mut buffer).expect("a frame") {
                back.push(decoded.frame);
                lengths += decoded.length;
            }
        }
        prop_assert_eq!(back, frames);
        prop_assert_eq!(lengths, whole.len());
    }

    #[test]
    fn accepted_bytes_are_encoded_back_unchanged(bytes in prop::collection::vec(
        prop::sample::select(&b"+-:$*_#,(!=%~>|\r\n0123tfx"[..]), 0..40))
    {
        if let Ok(Some(decoded)) = decode(&bytes) {
            prop_assert_eq!(&encoded(&decoded.frame)[..], &bytes[..decoded.length]);
        }
    }

    #[test]
    fn the_decoder_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }
}

#[test]
fn errors_name_the_problem_and_its_position() {
    let errors = [
        &b"hello\r\n"[..],
        b":007\r\n",
        b":+1\r\n",
        b":\r\n",
        b"$536870913\r\n",
        b"$01\r\n",
        b"$-2\r\n",
        b"$?\r\n",
        b"*2147483648\r\n",
        b"$2\r\nhixx",
        b"*2\r\n:1\r\n$2\r\nhi\rx",
        b"+a\nb\r\n",
        b"#x\r\n",
        b"_x\r\n",
        b",1,5\r\n",
        b"=2\r\nab\r\n",
    ]
    .map(|bytes| format!("{:<24} {}", bytes.escape_ascii().to_string(), error_of(bytes)))
    .join("\n");
    insta::assert_snapshot!(errors, @r#"
hello\r\n                no frame begins with 'h' at byte 0
:007\r\n                 '007' is not a canonical number at byte 0
:+1\r\n                  '+1' is not a canonical number at byte 0
:\r\n                    '' is not a canonical number at byte 0
$536870913\r\n           bulk length 536870913 exceeds the limit of 536870912 at byte 0
$01\r\n                  '01' is not a canonical number at byte 0
$-2\r\n                  '-2' is not a canonical number at byte 0
$?\r\n                   streamed strings and aggregates are not supported at byte 0
*2147483648\r\n          item count 2147483648 exceeds the limit of 2147483647 at byte 0
$2\r\nhixx               expected CR LF at byte 6
*2\r\n:1\r\n$2\r\nhi\rx  expected CR LF at byte 14
+a\nb\r\n                expected CR LF at byte 2
#x\r\n                   'x' is not a valid boolean at byte 0
_x\r\n                   'x' is not a valid null at byte 0
,1,5\r\n                 '1,5' is not a valid double at byte 0
=2\r\nab\r\n             'ab' is not a valid verbatim format at byte 0
"#);
}

#[test]
fn positions_are_counted_from_the_start_of_the_stream() {
    let mut buffer = BytesMut::from(&b"+OK\r\n:1\r\n*1\r\n?"[..]);
    let mut decoder = Decoder::new();
    assert!(matches!(decoder.decode(&mut buffer), Ok(Some(_))));
    assert!(matches!(decoder.decode(&mut buffer), Ok(Some(_))));
    let error = decoder.decode(&mut buffer).expect_err("not a frame");
    assert_eq!(error.to_string(), "no frame begins with '?' at byte 13");
    assert_eq!(
        &buffer[..],
        b"*1\r\n?",
        "the malformed bytes stay in the buffer, so that they can be recorded"
    );
}

#[test]
fn too_deep_nesting_is_an_error_and_not_a_stack_overflow() {
    let deepest = b"*1\r\n".repeat(MAX_DEPTH);
    assert_eq!(decode(&deepest), Ok(None));
    let deeper = b"*1\r\n".repeat(1_000_000);
    assert_eq!(error_of(&deeper), "nesting 129 exceeds the limit of 128 at byte 512");
}

#[test]
fn announced_lengths_reserve_no_memory() {
    assert_eq!(decode(b"*2147483647\r\n"), Ok(None));
    assert_eq!(decode(b"$536870912\r\n"), Ok(None));
}

#[test]
fn a_line_that_is_too_long_is_refused() {
    let endless = [b"+", &b"x".repeat(70_000)[..]].concat();
    assert_eq!(error_of(&endless), "line length 70000 exceeds the limit of 65536 at byte 0");
}

#[test]
fn a_long_array_in_small_pieces_is_decoded_only_once() {
    let whole = [&b"*100000\r\n"[..], &b":1\r\n".repeat(100_000)].concat();
    let (mut decoder, mut buffer) = (Decoder::new(), BytesMut::new());
    let mut found = None;
    for piece in whole.chunks(16) {
        buffer.extend_from_slice(piece);
        found = decoder.decode(&mut buffer).expect("an array");
    }
    assert_eq!(found.map(|decoded| decoded.length), Some(whole.len()));
}
