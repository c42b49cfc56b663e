use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::model::turns_left_out;
use super::model::{Direction, LaneStep, LaneTurn, Lanes, Part};
use crate::shorten::shorten;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const CLIENT: Style = AnsiColor::Cyan.on_default();

/// The columns before the first lane: a label or the line's number, and a blank.
const MARGIN: usize = 9;
/// The columns of a lane that are not text: the arrow, and the blanks around it.
const RAIL: usize = 3;
/// A lane that is narrower than this shows its connection's name in front of each step instead.
const NARROW: usize = 20;
/// How many characters of a step are shown.
const LONGEST: usize = 600;

/// The place where lanes are drawn as text, with colours. The output stream removes these where
/// they are not wanted.
#[derive(Clone, Copy, Debug)]
pub struct Canvas {
    /// How many columns it has.
    pub width: usize,
}

impl Canvas {
    /// A heading, with a line break after each line.
    pub fn heading(self, text: &str) -> String {
        self.lines(text, BOLD)
    }

    /// A text that matters less, in the same way.
    pub fn paragraph(self, text: &str) -> String {
        self.lines(text, DIM)
    }

    fn lines(self, text: &str, style: Style) -> String {
        let lines = wrapped(text, self.width);
        lines.into_iter().map(|line| format!("{style}{line}{style:#}\n")).collect()
    }
}

impl Lanes {
    /// The lanes as text, with a line break after each line.
    pub fn text(&self, canvas: Canvas) -> String {
        let mut drawing = Drawing::new(self, canvas);
        drawing.head();
        for turn in &self.turns {
            drawing.turn(turn);
        }
        drawing.left_out(self.left_out);
        drawing.out
    }
}

struct Drawing<'a> {
    lanes: &'a Lanes,
    /// The columns of each lane; `None` if there is no room for lanes.
    lane_width: Option<usize>,
    width: usize,
    out: String,
}

impl<'a> Drawing<'a> {
    fn new(lanes: &'a Lanes, canvas: Canvas) -> Self {
        let width = canvas.width.max(MARGIN + NARROW);
        let each = (width - MARGIN) / lanes.connections.len().max(1);
        let lane_width = (each >= NARROW).then_some(each);
        Self { lanes, lane_width, width, out: String::new() }
    }

    fn line(&mut self, margin: &str, rest: &str) {
        if margin.is_empty() && rest.is_empty() {
            self.out.push('\n');
            return;
        }
        let blanks = " ".repeat((MARGIN - 1).saturating_sub(margin.width()));
        let text = format!("{blanks}{DIM}{margin}{DIM:#} {rest}");
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    fn head(&mut self) {
        let Some(width) = self.lane_width else { return };
        let names = self.lanes.connections.iter().map(|name| {
            let name = fitted(name.as_str(), width - 1);
            format!("{BOLD}{name}{BOLD:#}{}", " ".repeat(width.saturating_sub(name.width())))
        });
        let names: String = names.collect();
        self.line("", &names);
    }

    fn turn(&mut self, turn: &LaneTurn) {
        self.left_out(turn.left_out);
        self.rails();
        for line in &turn.remark {
            self.remark(line);
        }
        if let Some(line) = &turn.wait {
            self.remark(line);
        }
        turn.steps.iter().for_each(|step| self.step(step));
        for variant in &turn.variants {
            let servers: Vec<&str> = variant.servers.iter().map(|it| it.as_str()).collect();
            self.remark(&format!("on {}", servers.join(", ")));
            variant.remark.iter().for_each(|line| self.remark(line));
            match &variant.steps[..] {
                [] => self.remark("  nothing"),
                steps => steps.iter().for_each(|step| self.step(step)),
            }
            self.remark("end");
        }
    }

    fn left_out(&mut self, turns: usize) {
        if turns > 0 {
            self.rails();
            self.remark(&turns_left_out(turns));
        }
    }

    /// A line between turns.
    fn rails(&mut self) {
        let rails = self.lane_width.map_or(String::new(), |width| {
            let rail = format!("{DIM}│{DIM:#}{}", " ".repeat(width - 1));
            rail.repeat(self.lanes.connections.len())
        });
        self.line("", &rails);
    }

    fn remark(&mut self, text: &str) {
        for line in wrapped(text, self.width - MARGIN) {
            self.line("", &format!("{DIM}{line}{DIM:#}"));
        }
    }

    fn step(&mut self, step: &LaneStep) {
        if step.opens_group
            && let Some(group) = step.group
        {
            self.remark(&format!("in {group}:"));
        }
        let number = step.line.map_or(String::new(), |line| line.to_string());
        let (margin, style) = match step.part {
            Part::Context if step.direction == Direction::Sent => (number, CLIENT),
            Part::Context => (number, Style::new()),
            Part::Expected(label) => (label.to_owned(), GOOD),
            Part::Got(label) => (label.to_owned(), BAD),
        };
        let mark = match (step.direction, step.group) {
            (Direction::Sent, _) => "→",
            (Direction::Received, None) => "←",
            (Direction::Received, Some(_)) => "⇠",
        };
        let text = shorten(&step.text, LONGEST);
        let (before, width, after) = match self.lane_width {
            Some(width) => (step.lane, width, self.lanes.connections.len() - step.lane - 1),
            None => (0, self.width - MARGIN, 0),
        };
        let name = match (self.lane_width, self.lanes.connections.get(step.lane)) {
            (None, Some(name)) => format!("{} ", fitted(name.as_str(), (self.width - MARGIN) / 2)),
            _ => String::new(),
        };
        let rail = format!("{DIM}│{DIM:#}{}", " ".repeat(width - 1));
        let text_width = width.saturating_sub(RAIL + name.width()).max(1);
        for (index, line) in wrapped(&text, text_width).into_iter().enumerate() {
            let arrow = if index == 0 {
                format!("{name}{mark}")
            } else {
                format!("{}│", " ".repeat(name.width()))
            };
            let blanks = " ".repeat(text_width.saturating_sub(line.width()) + 1);
            let cell = match index {
                0 => format!("{style}{arrow} {line}{style:#}{blanks}"),
                _ => format!("{DIM}{arrow}{DIM:#} {style}{line}{style:#}{blanks}"),
            };
            let rest = format!("{}{cell}{}", rail.repeat(before), rail.repeat(after));
            self.line(if index == 0 { &margin } else { "" }, &rest);
        }
        for note in &step.notes {
            self.remark(&format!("  {note}"));
        }
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let options = Options::new(width).break_words(true).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

/// The text, cut to these columns.
fn fitted(text: &str, columns: usize) -> String {
    wrapped(text, columns).into_iter().next().unwrap_or_default()
}
