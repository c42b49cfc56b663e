//! The syntax of patterns.

use super::RegexError;
use super::automaton::{Assertions, Automaton, Part};
use super::bytes::{ByteSet, class, is_space, is_word};

/// The settings for the rest of a group.
#[derive(Clone, Copy, Debug)]
struct Flags {
    ignores_case: bool,
    /// `.` does not match a line break.
    keeps_lines: bool,
    /// Between `\Q` and `\E`.
    is_literal: bool,
}

/// A group that is still open.
#[derive(Debug)]
struct Group {
    /// The alternatives before the last `|`.
    alternatives: Option<Part>,
    /// The current alternative.
    sequence: Part,
    /// The flags outside of the group.
    outside: Flags,
}

#[derive(Debug)]
struct Parser<'a> {
    pattern: &'a [u8],
    at: usize,
    flags: Flags,
    groups: Vec<Group>,
    /// How many `)` are missing.
    depth: usize,
    /// How many groups can be referred to, and the highest reference.
    captures: usize,
    reference: Option<usize>,
    /// The length of the elements that stand for one byte.
    plain: usize,
    automaton: Automaton,
}

/// Parses a pattern.
pub(super) fn parse(pattern: &[u8], ignores_case: bool) -> Result<Automaton, RegexError> {
    let flags = Flags { ignores_case, keeps_lines: false, is_literal: false };
    let mut parser = Parser {
        pattern,
        at: 0,
        flags,
        groups: Vec::new(),
        depth: 0,
        captures: 0,
        reference: None,
        plain: 0,
        automaton: Automaton::default(),
    };
    parser.open(flags);
    while parser.at < pattern.len() {
        parser.step()?;
    }
    if parser.depth > 0 {
        return Err(RegexError::Invalid("Missing ')'"));
    }
    let mut whole = parser.close();
    while !parser.groups.is_empty() {
        parser.append(whole)?;
        whole = parser.close();
    }
    if parser.is_plain() {
        parser.automaton.match_plainly(ignores_case);
    }
    match parser.reference {
        None => parser.automaton.finish(whole),
        Some(group) if group > parser.captures => {
            Err(RegexError::Invalid("Invalid back reference"))
        }
        Some(_) => Err(RegexError::BackReference),
    }
}

impl Parser<'_> {
    /// Parses `|`, `)`, the beginning of a group, or one element with its repetitions.
    fn step(&mut self) -> Result<(), RegexError> {
        if !self.flags.is_literal {
            match self.pattern[self.at] {
                b'|' => {
                    self.at += 1;
                    self.alternate();
                    return Ok(());
                }
                b')' if self.depth > 0 => {
                    self.at += 1;
                    self.depth -= 1;
                    let group = self.close();
                    return self.append_repeated(group);
                }
                b'(' => {
                    self.at += 1;
                    return self.begin_group();
                }
                _ => {}
            }
        }
        if let Some(element) = self.element()? {
            self.append_repeated(element)?;
        }
        Ok(())
    }

    /// Whether the pattern is bytes only, between `^` and `$` or without them.
    fn is_plain(&self) -> bool {
        let anchors = [self.pattern.starts_with(b"^"), self.pattern.ends_with(b"$")];
        let anchors = anchors.into_iter().filter(|is_there| *is_there).count();
        self.plain > 0 && self.plain + anchors == self.pattern.len()
    }

    fn open(&mut self, outside: Flags) {
        let sequence = Part::empty(Assertions::NONE);
        self.groups.push(Group { alternatives: None, sequence, outside });
    }

    /// Ends the current alternative.
    fn alternate(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            let sequence = std::mem::replace(&mut group.sequence, Part::empty(Assertions::NONE));
            group.alternatives = Some(match group.alternatives.take() {
                Some(before) => before.or(sequence),
                None => sequence,
            });
        }
    }

    /// Ends the innermost group, with the flags that held before it.
    fn close(&mut self) -> Part {
        self.alternate();
        let group = self.groups.pop();
        if let Some(group) = &group {
            self.flags = group.outside;
        }
        group.and_then(|group| group.alternatives).unwrap_or(Part::empty(Assertions::NONE))
    }

    fn append(&mut self, part: Part) -> Result<(), RegexError> {
        if let Some(group) = self.groups.last_mut() {
            let before = std::mem::replace(&mut group.sequence, Part::empty(Assertions::NONE));
            group.sequence = self.automaton.sequence(before, part)?;
        }
        Ok(())
    }

    fn append_repeated(&mut self, mut part: Part) -> Result<(), RegexError> {
        while !self.flags.is_literal
            && let Some(byte @ (b'*' | b'+' | b'?' | b'{')) = self.peek()
        {
            self.at += 1;
            let (least, most) = match byte {
                b'*' => (0, None),
                b'+' => (1, None),
                b'?' => (0, Some(1)),
                _ => self.bounds()?,
            };
            match self.peek() {
                // As few as possible: whether a text matches is the same.
                Some(b'?') => self.at += 1,
                Some(b'*' | b'+') => {
                    return Err(RegexError::Invalid("Invalid use of repetition operators"));
                }
                _ => {}
            }
            part = self.automaton.repeat(part, least, most)?;
        }
        self.append(part)
    }

    fn peek(&self) -> Option<u8> {
        self.pattern.get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Parses what follows `{`.
    fn bounds(&mut self) -> Result<(usize, Option<usize>), RegexError> {
        const MOST: usize = 255;
        const INVALID: RegexError = RegexError::Invalid("Invalid contents of {}");
        let least = self.number();
        let has_comma = self.takes(b',');
        let most = if has_comma { self.number() } else { least };
        if least.max(most).is_some_and(|number| number > MOST) {
            return Err(RegexError::Invalid("Maximum repetition in {} larger than 255"));
        }
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            return Err(INVALID);
        }
        let start = self.at;
        while let Some(b'+' | b'-' | b'#' | b'~' | b'<' | b',') = self.peek() {
            let is_comma = self.take() == Some(b',');
            if is_comma && self.at == start + 1 {
                return Err(INVALID);
            }
            self.number();
        }
        let allows_errors = self.at > start;
        match self.take() {
            Some(b'}') => {}
            None if !allows_errors => return Err(RegexError::Invalid("Missing '}'")),
            _ => return Err(INVALID),
        }
        match (least, has_comma) {
            (None, false) if allows_errors => Ok((1, Some(1))),
            (None, false) => Err(INVALID),
            _ => Ok((least.unwrap_or(0), most)),
        }
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            self.at += 1;
            let before: usize = number.unwrap_or(0);
            number = Some(before.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        }
        number
    }

    /// Parses what follows `(`.
    fn begin_group(&mut self) -> Result<(), RegexError> {
        const INVALID: RegexError = RegexError::Invalid("Invalid regexp");
        let outside = self.flags;
        if !self.takes(b'?') {
            self.captures += 1;
            self.depth += 1;
            self.open(outside);
            return Ok(());
        }
        let mut flags = outside;
        let mut value = true;
        loop {
            match self.take().ok_or(INVALID)? {
                b'i' => flags.ignores_case = value,
                b'n' => flags.keeps_lines = value,
                // The directions of repetitions and sequences change no answer.
                b'r' | b'U' => {}
                b'-' => value = false,
                b':' => {
                    self.depth += 1;
                    break;
                }
                b')' => break,
                b'#' => {
                    while self.take().ok_or(INVALID)? != b')' {}
                    break;
                }
                _ => return Err(INVALID),
            }
        }
        self.open(outside);
        self.flags = flags;
        Ok(())
    }

    /// Parses one element; `None` for `\E`, which is none.
    fn element(&mut self) -> Result<Option<Part>, RegexError> {
        let rest = &self.pattern[self.at..];
        if self.flags.is_literal {
            return Ok(match rest {
                [b'\\', b'E', ..] => {
                    self.at += 2;
                    self.flags.is_literal = false;
                    None
                }
                [byte, ..] => {
                    self.at += 1;
                    Some(self.literal(*byte))
                }
                [] => None,
            });
        }
        let part = match rest {
            [b'*' | b'+' | b'?' | b'{', ..] | [] => Part::empty(Assertions::NONE),
            [b'^', ..] => self.assertion(1, Assertions::START),
            [b'$', ..] => self.assertion(1, Assertions::END),
            [b'.', ..] => {
                self.at += 1;
                let keeps_lines = self.flags.keeps_lines;
                self.automaton.byte(ByteSet::of(|byte| !keeps_lines || byte != b'\n'))
            }
            [b'[', rest @ ..] => {
                let (set, length) = class(rest, self.flags.ignores_case)?;
                self.at += 1 + length;
                self.automaton.byte(set)
            }
            [b'\\', ..] => return self.escape(),
            [byte, ..] => {
                self.at += 1;
                self.plain += 1;
                self.literal(*byte)
            }
        };
        Ok(Some(part))
    }

    fn assertion(&mut self, length: usize, assertion: Assertions) -> Part {
        self.at += length;
        Part::empty(assertion)
    }

    fn literal(&mut self, byte: u8) -> Part {
        let set = ByteSet::of(|member| member == byte);
        self.automaton.byte(if self.flags.ignores_case { set.in_both_cases() } else { set })
    }

    /// Parses an element from its backslash on.
    fn escape(&mut self) -> Result<Option<Part>, RegexError> {
        let name = self.pattern.get(self.at + 1);
        let name = *name.ok_or(RegexError::Invalid("Trailing backslash"))?;
        self.at += 2;
        let set: ByteSet = match name {
            b'Q' => {
                self.flags.is_literal = true;
                // A quotation that has no beginning begins with the end of the text.
                let is_over = self.at == self.pattern.len();
                return Ok(is_over.then(|| self.literal(0)));
            }
            b'b' => return Ok(Some(self.assertion(0, Assertions::BOUNDARY))),
            b'B' => return Ok(Some(self.assertion(0, Assertions::NO_BOUNDARY))),
            b'<' => return Ok(Some(self.assertion(0, Assertions::WORD_START))),
            b'>' => return Ok(Some(self.assertion(0, Assertions::WORD_END))),
            b'x' => return self.hexadecimal().map(Some),
            b'0'..=b'9' => {
                self.reference = self.reference.max(Some(usize::from(name - b'0')));
                return Ok(Some(Part::empty(Assertions::NONE)));
            }
            b'w' => ByteSet::of(is_word),
            b'W' => ByteSet::of(|byte| !is_word(byte)),
            b's' => ByteSet::of(is_space),
            b'S' => ByteSet::of(|byte| !is_space(byte)),
            b'd' => ByteSet::of(|byte| byte.is_ascii_digit()),
            b'D' => ByteSet::of(|byte| !byte.is_ascii_digit()),
            b't' => return Ok(Some(self.literal(b'\t'))),
            b'n' => return Ok(Some(self.literal(b'\n'))),
            b'r' => return Ok(Some(self.literal(b'\r'))),
            b'f' => return Ok(Some(self.literal(b'\x0c'))),
            b'a' => return Ok(Some(self.literal(b'\x07'))),
            b'e' => return Ok(Some(self.literal(b'\x1b'))),
            byte => return Ok(Some(self.literal(byte))),
        };
        Ok(Some(self.automaton.byte(set)))
    }

    /// Parses what follows `\x`: up to two digits, or more in braces. The case of the byte counts
    /// always.
    fn hexadecimal(&mut self) -> Result<Part, RegexError> {
        const MOST_IN_BRACES: usize = 8;
        let start = self.at;
        let in_braces = self.takes(b'{');
        let most = if in_braces { MOST_IN_BRACES } else { 2 };
        let digits = self.pattern[self.at..].iter().take(most);
        let digits = digits.map_while(|byte| char::from(*byte).to_digit(16));
        let (length, number) =
            digits.fold((0, 0_u32), |(length, number), digit| (length + 1, number << 4 | digit));
        self.at += length;
        if in_braces && !self.takes(b'}') {
            return Err(RegexError::Invalid("Missing '}'"));
        }
        self.plain += self.at - start + br"\x".len();
        Ok(self.automaton.byte(ByteSet::of(|byte| u32::from(byte) == number)))
    }
}
