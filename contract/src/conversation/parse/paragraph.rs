use super::ParseError;
use super::comment;
use super::cursor::Cursor;
use super::setup::is_setting;
use super::step::{Step, step};
use super::wait::wait;
use crate::conversation::{Answer, Expectation, ServerName, ServerStep, Turn, Variant};

type Result<T> = std::result::Result<T, ParseError>;

const LINE: &str =
    "`name> request`, `name< value`, `wait 1s`, `any order`, `any names`, `on server …` or `# …`";

/// Builds turns from lines. A blank line ends a turn, and so does a request after an answer.
#[derive(Default)]
pub(super) struct Paragraphs {
    turns: Vec<Turn>,
    turn: Turn,
    /// Remark lines that belong to the next turn, or to the next variant of the current turn.
    remark: Vec<String>,
    variant: Option<Variant>,
    group: Option<Group>,
}

/// An open block without its `end`.
struct Group {
    expectation: fn(Vec<ServerStep>) -> Expectation,
    server_steps: Vec<ServerStep>,
}

impl Paragraphs {
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let line = cursor.rest();
        if self.is_in_block() {
            return match (comment(line), line) {
                (Some(_), _) => Err(cursor.error("remarks above the block")),
                (None, "") => Err(cursor.error("`end` before the blank line")),
                _ => self.read_inside(cursor),
            };
        }
        if let Some(text) = comment(line) {
            self.remark.push(text.to_owned());
            return Ok(());
        }
        match line {
            "" => self.end_turn(),
            _ if is_setting(line) => {
                return Err(cursor.error("`with …` above the first turn and its remark"));
            }
            _ if line.starts_with("on ") => return self.open_variant(cursor),
            "any order" | "any names" => self.open_group(cursor)?,
            _ if let Some(time) = wait(cursor)? => {
                self.begin_turn();
                self.turn.wait = time;
            }
            _ => match step(cursor)?.ok_or_else(|| cursor.error(LINE))? {
                Step::ClientStep(client_step) => {
                    if !self.turn.answer.is_empty()
                        || !self.turn.variants.is_empty()
                        || !self.remark.is_empty()
                    {
                        self.begin_turn();
                    }
                    self.turn.client_steps.push(client_step);
                }
                Step::ServerStep(server_step) => {
                    self.answer(cursor)?.push(Expectation::One(server_step))
                }
            },
        }
        Ok(())
    }

    pub(super) fn finish(mut self, end: &Cursor<'_>) -> Result<Vec<Turn>> {
        if self.is_in_block() {
            let found = "the end of the file".to_owned();
            return Err(ParseError { found, ..end.error("`end` of the block") });
        }
        self.end_turn();
        Ok(self.turns)
    }

    fn is_in_block(&self) -> bool {
        self.variant.is_some() || self.group.is_some()
    }

    fn read_inside(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let error = cursor.error("`name< value` or `end` within the block");
        match (cursor.rest(), &mut self.group) {
            ("end", Some(_)) => {
                let Some(Group { expectation, server_steps }) = self.group.take() else {
                    return Ok(());
                };
                self.answer(cursor)?.push(expectation(server_steps));
            }
            ("end", None) => self.turn.variants.extend(self.variant.take()),
            ("any order" | "any names", None) => self.open_group(cursor)?,
            (_, group) => match (step(cursor)?, group) {
                (Some(Step::ServerStep(server_step)), Some(group)) => {
                    group.server_steps.push(server_step)
                }
                (Some(Step::ServerStep(server_step)), None) => {
                    self.answer(cursor)?.push(Expectation::One(server_step))
                }
                _ => return Err(error),
            },
        }
        Ok(())
    }

    /// The answer that the next step belongs to. A remark above the step starts a new turn.
    fn answer(&mut self, cursor: &Cursor<'_>) -> Result<&mut Answer> {
        if self.variant.is_none() {
            if !self.remark.is_empty() {
                self.begin_turn();
            }
            if !self.turn.variants.is_empty() {
                return Err(cursor.error("the default answer above the variants"));
            }
        }
        Ok(match &mut self.variant {
            Some(variant) => &mut variant.answer,
            None => &mut self.turn.answer,
        })
    }

    fn open_group(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        let expectation = if cursor.rest() == "any order" {
            Expectation::AnyOrder
        } else {
            Expectation::AnyNames
        };
        self.answer(cursor)?;
        self.group = Some(Group { expectation, server_steps: Vec::new() });
        Ok(())
    }

    fn open_variant(&mut self, cursor: &mut Cursor<'_>) -> Result<()> {
        const SERVERS: &str = "server names, each in only one variant of a turn: `on redis-7.0 …`";
        cursor.take("on ");
        cursor.skip_spaces();
        let mut servers: Vec<ServerName> = Vec::new();
        while !cursor.is_at_end() {
            let error = cursor.error(SERVERS);
            let named =
                cursor.take_while(|char| char.is_ascii_alphanumeric() || ".-_".contains(char));
            let server = ServerName::new(named);
            let mut others = self.turn.variants.iter().map(|variant| &variant.servers);
            let twice = servers.contains(&server) || others.any(|other| other.contains(&server));
            if named.is_empty() || twice {
                return Err(error);
            }
            servers.push(server);
            cursor.skip_spaces();
        }
        if servers.is_empty() {
            return Err(cursor.error(SERVERS));
        }
        let remark = std::mem::take(&mut self.remark);
        self.variant = Some(Variant { remark, servers, answer: Answer::new() });
        Ok(())
    }

    fn end_turn(&mut self) {
        self.begin_turn();
        if self.turn != Turn::default() {
            self.turns.push(std::mem::take(&mut self.turn));
        }
    }

    fn begin_turn(&mut self) {
        if self.turn != Turn::default() {
            self.turns.push(std::mem::take(&mut self.turn));
        }
        self.turn.remark = std::mem::take(&mut self.remark);
    }
}
