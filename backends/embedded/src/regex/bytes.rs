//! Sets of bytes.

use super::RegexError;

/// A set of bytes, as a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    pub(super) fn of(is_member: impl Fn(u8) -> bool) -> Self {
        let mut set = Self::default();
        (0..=u8::MAX).filter(|byte| is_member(*byte)).for_each(|byte| set.add(byte));
        set
    }

    pub(super) fn add(&mut self, byte: u8) {
        self.0[usize::from(byte / 64)] |= 1 << (byte % 64);
    }

    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] & (1 << (byte % 64)) != 0
    }

    pub(super) fn complement(self) -> Self {
        Self(self.0.map(|bits| !bits))
    }

    /// The set with the other case of each letter.
    pub(super) fn in_both_cases(self) -> Self {
        let has = |byte: u8| self.contains(byte);
        Self::of(|byte| {
            has(byte) || has(byte.to_ascii_lowercase()) || has(byte.to_ascii_uppercase())
        })
    }

    fn join(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(bits, more)| *bits |= more);
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\x0b'
}

/// Parses a class behind its `[`, and returns it with the number of bytes up to the end of its `]`.
pub(super) fn class(pattern: &[u8], ignores_case: bool) -> Result<(ByteSet, usize), RegexError> {
    let is_negated = pattern.first() == Some(&b'^');
    let mut set = ByteSet::default();
    let first = usize::from(is_negated);
    let mut at = first;
    loop {
        let (members, taken) = match &pattern[at.min(pattern.len())..] {
            [] => return Err(RegexError::Invalid("Missing ']'")),
            [b']', ..] if at > first => break,
            [low, b'-', high, ..] if *high != b']' => {
                if low > high {
                    return Err(INVALID_RANGE);
                }
                (ByteSet::of(|byte| (low..=high).contains(&&byte)), 3)
            }
            [b'[', b'.' | b'=', ..] => {
                return Err(RegexError::Invalid("Unknown collating element"));
            }
            [b'[', b':', name @ ..] => {
                let length = name.iter().position(|byte| *byte == b':');
                let members = length.and_then(|length| named(&name[..length]));
                // The byte behind the second colon is not looked at.
                (members.ok_or(UNKNOWN_CLASS)?, length.unwrap_or(0) + 4)
            }
            [b'-', next, ..] if *next != b']' && at > first => return Err(INVALID_RANGE),
            [byte, ..] => (ByteSet::of(|member| member == *byte), 1),
        };
        set.join(members);
        at += taken;
    }
    let set = if ignores_case { set.in_both_cases() } else { set };
    Ok((if is_negated { set.complement() } else { set }, at + 1))
}

const INVALID_RANGE: RegexError = RegexError::Invalid("Invalid character range");
const UNKNOWN_CLASS: RegexError = RegexError::Invalid("Unknown character class name");

fn named(name: &[u8]) -> Option<ByteSet> {
    let is_member: fn(u8) -> bool = match name {
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| byte.is_ascii_graphic() || byte == b' ',
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"space" => is_space,
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    };
    Some(ByteSet::of(is_member))
}
