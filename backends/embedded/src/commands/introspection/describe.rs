//! How COMMAND INFO and COMMAND DOCS describe a command.

use super::listing::Listing;
use crate::catalogue::{Arguments, BeginSearch, Command, FindKeys, KeySpec};
use crate::profile::Behaviour;
use crate::wire::Reply;

/// Writes the elements of COMMAND INFO: all ten, or the first seven on servers without the others.
pub(super) fn describe_info(
    command: &Command,
    listing: Listing,
    profile: &Behaviour,
    reply: &mut Reply<'_>,
) {
    let in_full = profile.describes_commands_in_full;
    reply.array(if in_full { 10 } else { 7 }).bulk(command.name).integer(command.arity());
    let defers_length = profile.command_info_defers_length;
    reply.deferred_if(defers_length && !in_full).set(command.flags().names().count());
    for flag in command.flags().names() {
        reply.simple(flag);
    }
    for number in command.key_range() {
        reply.integer(number);
    }
    let categories = command.categories().names();
    reply.deferred_if(defers_length).set(categories.clone().count());
    for category in categories {
        reply.simple(&format!("@{category}"));
    }
    if !in_full {
        return;
    }
    reply.set(command.tips().len());
    for tip in command.tips() {
        reply.bulk(tip);
    }
    reply.set(command.keys().iter().len());
    for spec in command.keys().iter() {
        key_spec(spec, reply);
    }
    let subcommands = listing.subcommands(command);
    match subcommands.len() {
        // Only an empty list can be a set: existing subcommands are an array on every server.
        0 if profile.empty_subcommands_are_a_set => reply.set(0),
        some => reply.array(some),
    };
    for subcommand in subcommands {
        describe_info(subcommand, listing, profile, reply);
    }
}

/// Writes a set of simple strings.
pub(super) fn words(words: impl Iterator<Item = &'static str> + Clone, reply: &mut Reply<'_>) {
    reply.set(words.clone().count());
    for word in words {
        reply.simple(word);
    }
}

fn key_spec(spec: &KeySpec, reply: &mut Reply<'_>) {
    reply.map(3 + spec.notes.iter().len());
    if let Some(notes) = spec.notes {
        reply.bulk("notes").bulk(notes);
    }
    reply.bulk("flags");
    words(spec.flags.iter().copied(), reply);
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    reply.bulk("begin_search").map(2).bulk("type");
    match spec.begin {
        BeginSearch::Index(word) => {
            reply.bulk("index").bulk("spec").map(1).bulk("index").integer(number(word));
        }
        BeginSearch::Keyword(keyword, from) => {
            reply.bulk("keyword").bulk("spec").map(2);
            reply.bulk("keyword").bulk(keyword).bulk("startfrom").integer(from);
        }
        BeginSearch::Subcommand(_) | BeginSearch::Unknown => {
            _ = reply.bulk("unknown").bulk("spec").map(0)
        }
    }
    reply.bulk("find_keys").map(2).bulk("type");
    match spec.find {
        _ if spec.begin == BeginSearch::Unknown => _ = reply.bulk("unknown").bulk("spec").map(0),
        FindKeys::Range { last, step, limit } => {
            reply.bulk("range").bulk("spec").map(3);
            reply.bulk("lastkey").integer(last);
            reply.bulk("keystep").integer(number(step)).bulk("limit").integer(number(limit));
        }
        FindKeys::KeyNum { count, first, step } => {
            reply.bulk("keynum").bulk("spec").map(3);
            reply.bulk("keynumidx").integer(number(count));
            reply.bulk("firstkey").integer(number(first)).bulk("keystep").integer(number(step));
        }
    }
}

/// Writes the name and the entry of COMMAND DOCS. Summaries are our own. History is left out.
pub(super) fn describe_docs(
    command: &Command,
    listing: Listing,
    profile: &Behaviour,
    reply: &mut Reply<'_>,
) {
    let docs = command.docs();
    let subcommands = listing.subcommands(command);
    let has_arguments = command.arguments().iter().next().is_some();
    reply.bulk(command.name);
    let lists = usize::from(has_arguments) + usize::from(!subcommands.is_empty());
    reply.map(4 + 3 * command.deprecated().iter().len() + lists);
    reply.bulk("summary").bulk(docs.summary);
    reply.bulk("since").bulk(command.since());
    reply.bulk("group").bulk(command.group());
    reply.bulk("complexity").bulk(docs.complexity);
    if let Some((since, instead)) = command.deprecated() {
        reply.bulk("doc_flags").set(1).simple("deprecated");
        reply.bulk("deprecated_since").bulk(since).bulk("replaced_by").bulk(instead);
    }
    if has_arguments {
        reply.bulk("arguments");
        arguments(command.arguments(), profile, reply);
    }
    if !subcommands.is_empty() {
        reply.bulk("subcommands").map(subcommands.len());
        for subcommand in subcommands {
            describe_docs(subcommand, listing, profile, reply);
        }
    }
}

fn arguments(list: Arguments, profile: &Behaviour, reply: &mut Reply<'_>) {
    reply.array(list.iter().count());
    for argument in list.iter() {
        let shown = argument.display().filter(|_| profile.documents_display_texts);
        let texts = [
            ("display_text", shown),
            ("token", argument.token()),
            ("since", argument.since()),
            ("deprecated_since", argument.deprecated()),
        ];
        let known = texts.iter().filter(|(_, text)| text.is_some()).count();
        let has_flags = argument.flags().next().is_some();
        let lists = usize::from(has_flags) + usize::from(argument.is_container());
        reply.map(2 + known + argument.key().iter().len() + lists);
        reply.bulk("name").bulk(argument.name).bulk("type").bulk(argument.kind);
        for (name, text) in texts {
            if let Some(text) = text {
                reply.bulk(name).bulk(text);
            }
            if name == "display_text"
                && let Some(key) = argument.key()
            {
                reply.bulk("key_spec_index").integer(key);
            }
        }
        if has_flags {
            reply.bulk("flags");
            words(argument.flags(), reply);
        }
        if argument.is_container() {
            reply.bulk("arguments");
            arguments(argument.parts(), profile, reply);
        }
    }
}
