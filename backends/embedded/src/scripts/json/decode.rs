//! From JSON to values.

use mlua::{Lua, Table, Value};

use super::{DEEPEST, Settings};
use crate::scripts::raise::error;

/// Reads a value. The whole text must be one.
pub(super) fn decode(
    lua: &Lua,
    settings: &Settings,
    array: &Table,
    text: &[u8],
) -> mlua::Result<Value> {
    if matches!(text, [0, _, ..] | [_, 0, ..]) {
        return Err(error(lua, "JSON parser does not support UTF-16 or UTF-32"));
    }
    let mut parser = Parser { lua, settings, array, text, position: 0, depth: 0 };
    let token = parser.next();
    let value = parser.value(token)?;
    match parser.next() {
        (Token::End, _) => Ok(value),
        other => Err(parser.expected("the end", &other)),
    }
}

/// A part of the text.
#[derive(Debug, PartialEq)]
enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    Text(Vec<u8>),
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    End,
    Wrong(&'static str),
}

impl Token {
    fn name(&self) -> &'static str {
        match self {
            Self::ObjectBegin => "T_OBJ_BEGIN",
            Self::ObjectEnd => "T_OBJ_END",
            Self::ArrayBegin => "T_ARR_BEGIN",
            Self::ArrayEnd => "T_ARR_END",
            Self::Text(_) => "T_STRING",
            Self::Number(_) => "T_NUMBER",
            Self::Boolean(_) => "T_BOOLEAN",
            Self::Null => "T_NULL",
            Self::Colon => "T_COLON",
            Self::Comma => "T_COMMA",
            Self::End => "T_END",
            Self::Wrong(what) => what,
        }
    }
}

/// A token, and where it begins.
type Placed = (Token, usize);

struct Parser<'a> {
    lua: &'a Lua,
    settings: &'a Settings,
    array: &'a Table,
    text: &'a [u8],
    position: usize,
    depth: usize,
}

impl Parser<'_> {
    fn expected(&self, what: &str, (found, position): &Placed) -> mlua::Error {
        let found = found.name();
        let text = format!("Expected {what} but found {found} at character {}", position + 1);
        error(self.lua, text)
    }

    fn value(&mut self, (token, position): Placed) -> mlua::Result<Value> {
        match token {
            Token::Text(text) => self.lua.create_string(text).map(Value::String),
            Token::Number(number) => Ok(Value::Number(number)),
            Token::Boolean(value) => Ok(Value::Boolean(value)),
            Token::Null => Ok(Value::NULL),
            Token::ObjectBegin => self.object(),
            Token::ArrayBegin => self.array(),
            other => Err(self.expected("value", &(other, position))),
        }
    }

    fn descend(&mut self) -> mlua::Result<()> {
        self.depth += 1;
        if self.depth > self.settings.decode_depth.min(DEEPEST) {
            let text = format!(
                "Found too many nested data structures ({}) at character {}",
                self.depth, self.position
            );
            return Err(error(self.lua, text));
        }
        Ok(())
    }

    fn object(&mut self) -> mlua::Result<Value> {
        self.descend()?;
        let object = self.lua.create_table()?;
        let mut token = self.next();
        while token.0 != Token::ObjectEnd {
            let (Token::Text(key), _) = token else {
                return Err(self.expected("object key string", &token));
            };
            let colon = self.next();
            if colon.0 != Token::Colon {
                return Err(self.expected("colon", &colon));
            }
            let value = self.next();
            object.raw_set(self.lua.create_string(key)?, self.value(value)?)?;
            token = match self.next() {
                end @ (Token::ObjectEnd, _) => end,
                (Token::Comma, _) => match self.next() {
                    // An object may not end behind a comma.
                    end @ (Token::ObjectEnd, _) => {
                        return Err(self.expected("object key string", &end));
                    }
                    next => next,
                },
                other => return Err(self.expected("comma or object end", &other)),
            };
        }
        self.depth -= 1;
        Ok(Value::Table(object))
    }

    fn array(&mut self) -> mlua::Result<Value> {
        self.descend()?;
        let array = self.lua.create_table()?;
        if self.settings.marks_arrays {
            array.set_metatable(Some(self.array.clone()))?;
        }
        let mut token = self.next();
        if token.0 != Token::ArrayEnd {
            for index in 1.. {
                array.raw_set(index, self.value(token)?)?;
                match self.next() {
                    (Token::ArrayEnd, _) => break,
                    (Token::Comma, _) => token = self.next(),
                    other => return Err(self.expected("comma or array end", &other)),
                }
            }
        }
        self.depth -= 1;
        Ok(Value::Table(array))
    }

    fn next(&mut self) -> Placed {
        let blanks = self.rest().iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
        self.position += blanks;
        let start = self.position;
        let simple = match self.rest().first() {
            None => return (Token::End, start),
            Some(b'{') => Token::ObjectBegin,
            Some(b'}') => Token::ObjectEnd,
            Some(b'[') => Token::ArrayBegin,
            Some(b']') => Token::ArrayEnd,
            Some(b':') => Token::Colon,
            Some(b',') => Token::Comma,
            Some(b'"') => return self.text(),
            Some(_) => return (self.word(), start),
        };
        self.position += 1;
        (simple, start)
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.position..]
    }

    /// A number, or one of the three words.
    fn word(&mut self) -> Token {
        let rest = self.rest();
        let allows_invalid = self.settings.decode_invalid;
        let looks_like_number = matches!(rest[0], b'-' | b'0'..=b'9');
        if !looks_like_number {
            let words = [("true", Token::Boolean(true)), ("false", Token::Boolean(false))];
            for (word, token) in words.into_iter().chain([("null", Token::Null)]) {
                if rest.starts_with(word.as_bytes()) {
                    self.position += word.len();
                    return token;
                }
            }
            if !allows_invalid || !is_invalid_number(rest) {
                return Token::Wrong("invalid token");
            }
        } else if !allows_invalid && is_invalid_number(rest) {
            return Token::Wrong("invalid number");
        }
        match number(rest) {
            Some((number, length)) => {
                self.position += length;
                Token::Number(number)
            }
            None => Token::Wrong("invalid number"),
        }
    }

    fn text(&mut self) -> Placed {
        let start = self.position;
        let mut text = Vec::new();
        self.position += 1;
        loop {
            match self.rest() {
                [] => return (Token::Wrong("unexpected end of string"), self.position),
                [b'"', ..] => break,
                [b'\\', b'u', ..] => {
                    let Some((character, length)) = unicode(self.rest()) else {
                        return (Token::Wrong("invalid unicode escape code"), self.position);
                    };
                    let mut bytes = [0; 4];
                    text.extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
                    self.position += length;
                }
                [b'\\', escaped, ..] => {
                    let byte = match escaped {
                        b'"' | b'\\' | b'/' => *escaped,
                        b'b' => 0x08,
                        b't' => b'\t',
                        b'n' => b'\n',
                        b'f' => 0x0c,
                        b'r' => b'\r',
                        _ => return (Token::Wrong("invalid escape code"), self.position),
                    };
                    text.push(byte);
                    self.position += 2;
                }
                [b'\\'] => return (Token::Wrong("invalid escape code"), self.position),
                [byte, ..] => {
                    text.push(*byte);
                    self.position += 1;
                }
            }
        }
        self.position += 1;
        (Token::Text(text), start)
    }
}

/// The character of a `\u` escape, or of two that are a surrogate pair, and their length.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let unit = |text: &[u8]| {
        let digits = text.strip_prefix(b"\\u")?.get(..4)?;
        let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
        let digits = std::str::from_utf8(digits).ok().filter(|_| is_hex)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let first = unit(text)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let second = unit(text.get(6..)?)?;
    let is_pair = first < 0xDC00 && (0xDC00..0xE000).contains(&second);
    let character = 0x1_0000 + ((first & 0x3FF) << 10) + (second & 0x3FF);
    char::from_u32(character).filter(|_| is_pair).map(|character| (character, 12))
}

/// Whether a number is one that JSON does not have: with a leading zero, hexadecimal, infinite, or no
/// number at all.
fn is_invalid_number(text: &[u8]) -> bool {
    let digits = match text {
        [b'+', ..] => return true,
        [b'-', digits @ ..] => digits,
        digits => digits,
    };
    match digits {
        [b'0', b'x' | b'X' | b'0'..=b'9', ..] => true,
        [b'0'..=b'9', ..] => false,
        _ => {
            let word = digits.get(..3).unwrap_or_default();
            word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"nan")
        }
    }
}

/// The number that a text begins with, as C's `strtod` reads it, and its length.
fn number(text: &[u8]) -> Option<(f64, usize)> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let signed = |number: f64| if is_negative { -number } else { number };
    let sign = text.len() - digits.len();
    let begins = |word: &str| {
        digits.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    for (word, number) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if begins(word) {
            return Some((signed(number), sign + word.len()));
        }
    }
    if begins("0x") {
        let count = digits[2..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let value = digits[2..2 + count].iter().fold(0.0, |value, digit| {
            value * 16.0 + f64::from(char::from(*digit).to_digit(16).unwrap_or(0))
        });
        return match count {
            0 => Some((signed(0.0), sign + 1)),
            _ => Some((signed(value), sign + 2 + count)),
        };
    }
    let count = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = count(digits);
    if digits.get(length) == Some(&b'.') {
        let fraction = count(&digits[length + 1..]);
        if length + fraction == 0 {
            return None;
        }
        length += 1 + fraction;
    }
    if length == 0 {
        return None;
    }
    if let Some([b'e' | b'E', exponent @ ..]) = digits.get(length..) {
        let sign = usize::from(matches!(exponent, [b'+' | b'-', ..]));
        let exponent = count(&exponent[sign..]);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let number: f64 = std::str::from_utf8(&digits[..length]).ok()?.parse().ok()?;
    Some((signed(number), sign + length))
}
