use proptest::prelude::*;

use super::*;
use crate::profile::Profile;
use crate::wire::Request;

const LIMITS: Limits = Limits {
    bulk: 512 * 1024 * 1024,
    authenticated: true,
    rules: &Profile::REDIS_8_0.behaviour().input,
};
const UNAUTHENTICATED: Limits = Limits { authenticated: false, ..LIMITS };

/// The arguments of each request, and the error that ends the input.
type Outcome = (Vec<Vec<Vec<u8>>>, Option<ProtocolError>);

/// Parses input that arrives in these pieces.
fn parse<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, limits: &Limits) -> Outcome {
    let mut parser = RequestParser::default();
    let mut input = Vec::new();
    let mut requests = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            let consumed = match parser.next(&input, limits) {
                Ok(Parsed::Request { consumed }) => {
                    requests.push(parser.args(&input).iter().map(<[u8]>::to_vec).collect());
                    consumed
                }
                Ok(Parsed::Partial { consumed }) => {
                    input.drain(..consumed);
                    break;
                }
                Err(error) => return (requests, Some(error)),
            };
            input.drain(..consumed);
        }
    }
    (requests, None)
}

fn parse_at_once(input: &[u8]) -> Outcome {
    parse([input], &LIMITS)
}

fn requests(words: &[&[&str]]) -> Vec<Vec<Vec<u8>>> {
    words.iter().map(|words| words.iter().map(|word| word.as_bytes().to_vec()).collect()).collect()
}

#[test]
fn parses_arrays_and_inline_commands_in_one_pipeline() {
    let input = b"*2\r\n$4\r\nECHO\r\n$2\r\n\r\n\r\nPING\r\n*1\r\n$0\r\n\r\nECHO \"a b\"\n";
    let expected = requests(&[&["ECHO", "\r\n"], &["PING"], &[""], &["ECHO", "a b"]]);
    assert_eq!(parse_at_once(input), (expected, None));
}

fn parse_as(profile: Profile, input: &[u8]) -> Outcome {
    parse([input], &Limits { rules: &profile.behaviour().input, ..LIMITS })
}

#[test]
fn checks_line_breaks_if_the_rules_say_so() {
    for input in ["*1\rx", "*x\rx", "*1\r\n$4\rx", "*1\r\n$4\r\nPINGxx", "*2\r\n$4\r\nPING\rx"] {
        let outcome = parse_as(Profile::VALKEY_9_1, input.as_bytes());
        assert_eq!(outcome, (vec![], Some(ProtocolError::InvalidLineBreak)), "{input:?}");
    }
    let (_, error) = parse_as(Profile::VALKEY_9_1, b"*1\r\nx\rx");
    assert_eq!(error, Some(ProtocolError::ExpectedBulk(b'x')));
    assert_eq!(parse_at_once(b"*1\rx$4\rxPINGxx"), (requests(&[&["PING"]]), None));
}

#[test]
fn finds_line_ends_behind_a_nul_if_the_rules_say_so() {
    for (input, error) in [
        ("*1\0\r\n", ProtocolError::InvalidMultibulkLength),
        ("*1\r\n$4\0\r\n", ProtocolError::InvalidBulkLength),
        ("*1\r\n\0\r\n", ProtocolError::ExpectedBulk(0)),
    ] {
        let outcome = parse_as(Profile::VALKEY_8_1, input.as_bytes());
        assert_eq!(outcome, (vec![], Some(error)), "{input:?}");
        assert_eq!(parse_at_once(input.as_bytes()), (vec![], None), "{input:?}");
    }
    assert_eq!(parse_as(Profile::VALKEY_8_1, b"PING \0\r\n"), (vec![], None));
}

#[test]
fn hangs_at_a_late_length_error_if_the_rules_say_so() {
    let limits = Limits { rules: &Profile::REDIS_8_6.behaviour().input, ..LIMITS };
    let parse = |pieces: &[&str]| parse(pieces.iter().map(|piece| piece.as_bytes()), &limits);
    let reported = (vec![], Some(ProtocolError::InvalidBulkLength));
    let hangs = (vec![], None);
    for (pieces, outcome) in [
        (&["*1\r\n$-1\r\n"][..], &reported),
        (&["*1", "\r\n$-1\r\n"], &reported),
        (&["*1\r\n", "$-1\r\n", "PING\r\n"], &hangs),
        (&["*1\r\n$-1", "\r\n", "PING\r\n"], &hangs),
        (&["*1\r\n", "P\r\n", "PING\r\n"], &hangs),
        (&["*2\r\n$4\r\nPI", "NG\r\n$-1\r\n", "PING\r\n"], &hangs),
        (&[&format!("*1\r\n${}", "1".repeat(2 * MAX_LINE)), "PING\r\n"], &hangs),
    ] {
        assert_eq!(parse(pieces), *outcome, "{pieces:?}");
    }
    let (requests, error) = parse(&["*1\r\n$4\r\nPI", "NG\r\n*1\r\n$-1\r\n"]);
    assert_eq!((requests.len(), error), (1, Some(ProtocolError::InvalidBulkLength)));
}

#[test]
fn limits_the_number_of_arguments_by_the_rules() {
    assert_eq!(parse_as(Profile::REDIS_6_2, b"*1048576\r\n"), (vec![], None));
    let too_many = (vec![], Some(ProtocolError::InvalidMultibulkLength));
    assert_eq!(parse_as(Profile::REDIS_6_2, b"*1048577\r\n"), too_many);
    assert_eq!(parse_at_once(b"*1048577\r\n"), (vec![], None));
}

#[test]
fn skips_empty_requests() {
    for input in [
        "*0\r\nPING\r\n",
        "*-1\r\nPING\r\n",
        "*-9223372036854775808\r\nPING\r\n",
        "\r\n \n\nPING\n",
    ] {
        assert_eq!(parse_at_once(input.as_bytes()), (requests(&[&["PING"]]), None), "{input:?}");
    }
}

#[test]
fn ignores_the_second_byte_of_a_line_break_by_default() {
    let expected = requests(&[&["PING"], &["PING"]]);
    assert_eq!(parse_at_once(b"*1\rX$4\rYPINGZZPING\r\n"), (expected, None));
}

#[test]
fn rejects_malformed_input_with_the_error_of_redis() {
    use ProtocolError::*;
    let cases: &[(&[u8], ProtocolError)] = &[
        (b"*\r\n", InvalidMultibulkLength),
        (b"*x\r\n", InvalidMultibulkLength),
        (b"*01\r\n", InvalidMultibulkLength),
        (b"*+1\r\n", InvalidMultibulkLength),
        (b"*1 \r\n", InvalidMultibulkLength),
        (b"*-0\r\n", InvalidMultibulkLength),
        (b"*2147483648\r\n", InvalidMultibulkLength),
        (b"*-9223372036854775809\r\n", InvalidMultibulkLength),
        (b"*1\r\n$\r\n", InvalidBulkLength),
        (b"*1\r\n$-1\r\n", InvalidBulkLength),
        (b"*1\r\n$04\r\n", InvalidBulkLength),
        (b"*1\r\n$+4\r\n", InvalidBulkLength),
        (b"*1\r\n$536870913\r\n", InvalidBulkLength),
        (b"*1\r\n$9223372036854775808\r\n", InvalidBulkLength),
        (b"*1\r\nx\r\n", ExpectedBulk(b'x')),
        (b"*1\r\n\r\n", ExpectedBulk(b'\r')),
        (b"*1\r\n*1\r\n", ExpectedBulk(b'*')),
        (b"*1\r\n\xff\r\n", ExpectedBulk(b'\xff')),
        (b"PING \"a\"b\r\n", UnbalancedQuotes),
        (b"PING 'a\n", UnbalancedQuotes),
    ];
    for (input, error) in cases {
        assert_eq!(parse_at_once(input), (vec![], Some(*error)), "{}", input.escape_ascii());
    }
}

#[test]
fn quotes_the_unexpected_byte_unescaped() {
    let text = |error| ErrorReply::from(error).as_bytes().escape_ascii().to_string();
    assert_eq!(
        text(ProtocolError::ExpectedBulk(0xff)),
        r"ERR Protocol error: expected \'$\', got \'\xff\'"
    );
    assert_eq!(text(ProtocolError::InvalidBulkLength), "ERR Protocol error: invalid bulk length");
}

#[test]
fn returns_the_requests_before_an_error() {
    let outcome = parse_at_once(b"PING\r\n*1\r\nx\r\nPING\r\n");
    assert_eq!(outcome, (requests(&[&["PING"]]), Some(ProtocolError::ExpectedBulk(b'x'))));
}

#[test]
fn waits_for_the_rest_of_an_unfinished_request() {
    for input in [
        "",
        "*",
        "*1",
        "*1\r",
        "*1\r\nx",
        "*1\r\nx\r",
        "*1\r\n$4\r\nPING\r",
        "PING",
        "\"",
        "*2147483647\r\n",
    ] {
        assert_eq!(parse_at_once(input.as_bytes()), (vec![], None), "{input:?}");
    }
}

#[test]
fn waits_after_a_nul_until_the_line_is_too_long() {
    let cases = [
        ("PING\0\r\nPING\r\n", ProtocolError::EndlessInline),
        ("*1\0\r\n$4\r\nPING\r\n", ProtocolError::EndlessMultibulkLength),
        ("*1\r\n\0\r\n$4\r\nPING\r\n", ProtocolError::EndlessBulkLength),
    ];
    for (input, error) in cases {
        assert_eq!(parse_at_once(input.as_bytes()), (vec![], None), "{input:?}");
        let long = format!("{input}{}", "\r\n".repeat(MAX_LINE));
        assert_eq!(parse_at_once(long.as_bytes()), (vec![], Some(error)), "{input:?}");
    }
}

#[test]
fn allows_lines_of_64_kib_and_not_a_byte_more() {
    let cases = [
        ("", ProtocolError::EndlessInline),
        ("*", ProtocolError::EndlessMultibulkLength),
        ("*1\r\n$", ProtocolError::EndlessBulkLength),
    ];
    for (start, error) in cases {
        let line_start = start.rfind('\n').map_or(0, |at| at + 1);
        let longest = format!("{start}{}", "1".repeat(MAX_LINE + line_start - start.len()));
        let pieces = [longest.as_bytes(), b"1"];
        assert_eq!(parse(pieces[..1].iter().copied(), &LIMITS), (vec![], None), "{start:?}");
        assert_eq!(parse(pieces, &LIMITS), (vec![], Some(error)), "{start:?}");
    }
}

#[test]
fn allows_a_line_that_arrives_at_once_one_read_more() {
    let line = |length| format!("{}\n", "a".repeat(length));
    assert_eq!(parse_at_once(line(MAX_LINE + 1).as_bytes()).0.len(), 1);
    let (_, error) = parse_at_once(line(MAX_LINE + REDIS_READ_SIZE).as_bytes());
    assert_eq!(error, Some(ProtocolError::EndlessInline));
}

#[test]
fn has_lower_limits_for_unauthenticated_clients() {
    let cases: &[(&str, Option<ProtocolError>)] = &[
        ("*10\r\n", None),
        ("*11\r\n", Some(ProtocolError::UnauthenticatedMultibulkLength)),
        ("*1\r\n$16384\r\n", None),
        ("*1\r\n$16385\r\n", Some(ProtocolError::UnauthenticatedBulkLength)),
        ("*1\r\n$536870913\r\n", Some(ProtocolError::InvalidBulkLength)),
    ];
    for (input, error) in cases {
        assert_eq!(parse([input.as_bytes()], &UNAUTHENTICATED), (vec![], *error), "{input:?}");
    }
}

#[test]
fn obeys_the_configured_bulk_limit() {
    let limits = Limits { bulk: 4, ..LIMITS };
    assert_eq!(parse([b"*1\r\n$4\r\nPING\r\n".as_slice()], &limits).0, requests(&[&["PING"]]));
    let (_, error) = parse([b"*1\r\n$5\r\n".as_slice()], &limits);
    assert_eq!(error, Some(ProtocolError::InvalidBulkLength));
}

#[test]
fn returns_how_many_bytes_of_an_argument_are_missing() {
    let mut parser = RequestParser::default();
    let begun = b"*1\r\n$1000\r\nabc";
    assert_eq!(parser.next(b"*1\r\n$1000", &LIMITS), Ok(Parsed::Partial { consumed: 0 }));
    assert_eq!(parser.missing(9), 0);
    assert_eq!(parser.next(begun, &LIMITS), Ok(Parsed::Partial { consumed: 0 }));
    assert_eq!(parser.missing(begun.len()), 999);
}

#[test]
fn consumes_empty_requests_at_once() {
    let mut parser = RequestParser::default();
    assert_eq!(parser.next(b"\r\n*0\r\n\nPI", &LIMITS), Ok(Parsed::Partial { consumed: 7 }));
    assert_eq!(parser.next(b"PING\n", &LIMITS), Ok(Parsed::Request { consumed: 5 }));
}

fn request() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::collection::vec(any::<u8>(), 0..8);
    let multibulk = prop::collection::vec(word, 0..4).prop_map(|words| {
        let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            bytes.extend(format!("${}\r\n", word.len()).into_bytes());
            bytes.extend(word);
            bytes.extend(b"\r\n");
        }
        bytes
    });
    let noise = prop::collection::vec(prop::sample::select(&b"*$\r\n\0 \"'\\x0142-"[..]), 0..12);
    let line = "[a-c '\"\\\\]{0,8}\r?\n".prop_map(String::into_bytes);
    prop_oneof![5 => multibulk, 1 => noise, 2 => line]
}

proptest! {
    #[test]
    fn parses_any_pieces_like_the_whole(
        input in prop::collection::vec(request(), 0..5).prop_map(|requests| requests.concat()),
        size in 1..7_usize,
    ) {
        let whole = parse_at_once(&input);
        prop_assert_eq!(&parse(input.chunks(1), &LIMITS), &whole);
        prop_assert_eq!(&parse(input.chunks(size), &LIMITS), &whole);
    }

    #[test]
    fn returns_any_arguments_of_a_request(words in prop::collection::vec(any::<Vec<u8>>(), 1..5)) {
        let mut input = format!("*{}\r\n", words.len()).into_bytes();
        for word in &words {
            input.extend(format!("${}\r\n", word.len()).into_bytes());
            input.extend(word);
            input.extend(b"\r\n");
        }
        let mut parser = RequestParser::default();
        let parsed = parser.next(&input, &LIMITS);
        prop_assert_eq!(parsed, Ok(Parsed::Request { consumed: input.len() }));
        prop_assert_eq!(parser.args(&input).to_request(), Request::of(&words));
    }
}
