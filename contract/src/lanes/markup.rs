use maud::{Markup, html};

use super::model::{Direction, LaneStep, LaneTurn, LaneVariant, Lanes, Part, turns_left_out};
use crate::shorten::{shorten, shorten_both};

/// How many characters are shown of a step, and of one that is broken.
const LONGEST: usize = 400;
const LONGEST_BROKEN: usize = 800;

impl Lanes {
    /// The lanes as an ordered list of steps. `label` names it for screen readers.
    pub fn markup(&self, label: &str) -> Markup {
        let count = self.connections.len().max(1);
        html! {
            div.lanes role="region" aria-label=(label) tabindex="0" style={ "--n:" (count) } {
                div.names aria-hidden="true" {
                    @for name in &self.connections { b { (name) } }
                }
                ol {
                    @for turn in &self.turns { (self.turn_markup(turn)) }
                    @if self.left_out > 0 { li.note { (turns_left_out(self.left_out)) } }
                }
            }
        }
    }

    fn turn_markup(&self, turn: &LaneTurn) -> Markup {
        html! {
            @if turn.left_out > 0 { li.note { (turns_left_out(turn.left_out)) } }
            li.turn {
                @if !turn.remark.is_empty() { p.remark { (turn.remark.join("\n")) } }
                @if let Some(line) = &turn.wait { p.note { (line) } }
                (self.steps_markup(&turn.steps))
                @for variant in &turn.variants { (self.variant_markup(variant)) }
            }
        }
    }

    fn variant_markup(&self, variant: &LaneVariant) -> Markup {
        let servers: Vec<&str> = variant.servers.iter().map(|it| it.as_str()).collect();
        html! {
            details {
                summary { "on " (servers.join(", ")) }
                @if !variant.remark.is_empty() { p.remark { (variant.remark.join("\n")) } }
                @if variant.steps.is_empty() { p.note { "nothing" } }
                @else { (self.steps_markup(&variant.steps)) }
            }
        }
    }

    fn steps_markup(&self, steps: &[LaneStep]) -> Markup {
        html! {
            ol {
                @for (index, step) in steps.iter().enumerate() {
                    @if let (true, Some(group)) = (step.opens_group, step.group) {
                        li.note { "in " (group) }
                    }
                    (self.step_markup(step, &text(steps, index)))
                }
            }
        }
    }

    fn step_markup(&self, step: &LaneStep, text: &str) -> Markup {
        let (kind, verb) = match step.direction {
            Direction::Sent => ("sent", "sends"),
            Direction::Received => ("received", "receives"),
        };
        let (part, label) = match step.part {
            Part::Context => ("", None),
            Part::Expected(label) => (" expected", Some(label)),
            Part::Got(label) => (" got", Some(label)),
        };
        let group = if step.group.is_some() { " loose" } else { "" };
        html! {
            li class={ (kind) (part) (group) } style={ "--l:" (step.lane + 1) } {
                span.line { @if let Some(line) = step.line { (line) } }
                div {
                    @if let Some(label) = label { em { (label) } }
                    @if let Some(name) = self.connections.get(step.lane) { b { (name) " " (verb) } }
                    code { (text) }
                }
                @for note in &step.notes { p.note { (note) } }
            }
        }
    }
}

/// The text of a step. Of two long texts that differ, both show the difference.
fn text(steps: &[LaneStep], index: usize) -> String {
    let step = &steps[index];
    let other = match step.part {
        Part::Context => return shorten(&step.text, LONGEST),
        Part::Expected(_) => steps.get(index + 1),
        Part::Got(_) => index.checked_sub(1).and_then(|before| steps.get(before)),
    };
    match other {
        Some(other) if other.part != Part::Context => {
            shorten_both(&step.text, &other.text, LONGEST_BROKEN).0
        }
        _ => shorten(&step.text, LONGEST_BROKEN),
    }
}
