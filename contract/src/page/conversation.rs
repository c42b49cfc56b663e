use maud::html;

use super::document::{Document, again};
use crate::conversation::{Conversation, ServerName};
use crate::lanes::Lanes;

/// The page of one conversation: for a server its own answers, else all answers.
///
/// `place` is its file, and `command` the one that plays it.
pub fn conversation(
    conversation: &Conversation,
    server: Option<&ServerName>,
    place: &str,
    command: &str,
) -> String {
    let lanes = Lanes::of(conversation, server);
    let header = html! {
        h1 { (conversation.title) }
        p.facts {
            span { code { (place) } }
            @if !conversation.recorded_from.is_empty() {
                span { "recorded from " (conversation.recorded_from.join(", ")) }
            }
            @if let Some(server) = server { span { "the answers of " (server) } }
            @if !conversation.setup.is_empty() { span { "with " (conversation.setup) } }
        }
        @for line in &conversation.remark { p { (line) } }
    };
    let main = html! { (lanes.markup("The conversation")) (again(command)) };
    Document { title: &conversation.title, header, main, script: "" }.render()
}
