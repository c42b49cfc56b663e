use super::model::{Direction, LaneStep, LaneTurn, LaneVariant, Lanes};
use crate::conversation::{Answer, ClientStep, Conversation, Expectation, ServerName, Turn};

impl Lanes {
    /// The lanes of a conversation. For a server they show its own answers, else the default
    /// answers and those that differ from them.
    pub fn of(conversation: &Conversation, server: Option<&ServerName>) -> Self {
        let mut lanes = Self { connections: conversation.connections(), ..Self::default() };
        for turn in &conversation.turns {
            let laid_out = lanes.turn(turn, server);
            lanes.turns.push(laid_out);
        }
        lanes
    }

    /// Leaves out turns without a mark, except this many before and after a marked one.
    #[must_use]
    pub fn around_marks(mut self, turns: usize) -> Self {
        let marked: Vec<usize> =
            (0..self.turns.len()).filter(|&index| self.turns[index].is_marked()).collect();
        if marked.is_empty() {
            return self;
        }
        let is_near = |index: usize| marked.iter().any(|&mark| index.abs_diff(mark) <= turns);
        let mut left_out = 0;
        let mut kept = Vec::new();
        for (index, mut turn) in std::mem::take(&mut self.turns).into_iter().enumerate() {
            if is_near(index) {
                turn.left_out = std::mem::take(&mut left_out);
                kept.push(turn);
            } else {
                left_out += 1;
            }
        }
        Self { turns: kept, left_out, ..self }
    }

    fn turn(&mut self, turn: &Turn, server: Option<&ServerName>) -> LaneTurn {
        let mut steps: Vec<LaneStep> =
            turn.client_steps.iter().map(|client_step| self.client_step(client_step)).collect();
        let answer = server.map_or(&turn.answer, |server| turn.answer_of(server));
        steps.extend(self.answer(answer));
        let variants = match server {
            Some(_) => Vec::new(),
            None => turn
                .variants
                .iter()
                .map(|variant| LaneVariant {
                    servers: variant.servers.clone(),
                    remark: variant.remark.clone(),
                    steps: self.answer(&variant.answer),
                })
                .collect(),
        };
        LaneTurn {
            left_out: 0,
            remark: turn.remark.clone(),
            wait: turn.wait_line(),
            steps,
            variants,
        }
    }

    pub(super) fn client_step(&mut self, client_step: &ClientStep) -> LaneStep {
        let lane = self.lane(&client_step.connection);
        let text = client_step.action.to_string();
        LaneStep::context(lane, client_step.place.line, Direction::Sent, text)
    }

    fn answer(&mut self, answer: &Answer) -> Vec<LaneStep> {
        answer.iter().flat_map(|expectation| self.expectation(expectation)).collect()
    }

    fn expectation(&mut self, expectation: &Expectation) -> Vec<LaneStep> {
        let group = match expectation {
            Expectation::One(_) => None,
            Expectation::AnyOrder(_) => Some("any order"),
            Expectation::AnyNames(_) => Some("any names"),
        };
        let steps = expectation.steps().iter().enumerate().map(|(index, server_step)| {
            let lane = self.lane(&server_step.connection);
            let text = server_step.event.to_string();
            let step = LaneStep::context(lane, server_step.place.line, Direction::Received, text);
            LaneStep { group, opens_group: group.is_some() && index == 0, ..step }
        });
        steps.collect()
    }
}
