//! A command's row, as a reply.

use crate::command::table::{KeySpec, Spec};
use crate::profile::Traits;
use crate::wire::Reply;

/// The elements of COMMAND INFO: ten of them, or the first seven.
pub(super) fn for_programs(spec: &Spec, profile: &Traits, reply: &mut Reply<'_>) {
    let in_full = profile.describes_commands_in_full;
    reply.array(if in_full { 10 } else { 7 }).bulk(spec.full_name).integer(spec.arity);
    let opens = profile.opens_reply_of_commands;
    reply.opened_if(opens && !in_full).set(spec.flags.names().count());
    for flag in spec.flags.names() {
        reply.simple(flag);
    }
    match spec.keys {
        Some(keys) => reply.integer(1).integer(keys.last()).integer(1),
        None => reply.integer(0).integer(0).integer(0),
    };
    let categories = spec.categories().names();
    reply.opened_if(opens).set(categories.clone().count());
    for category in categories {
        reply.simple(&format!("@{category}"));
    }
    if !in_full {
        return;
    }
    reply.set(spec.tips.len());
    for tip in spec.tips {
        reply.bulk(tip);
    }
    reply.set(spec.keys.iter().len());
    if let Some(keys) = spec.keys {
        key_spec(keys, reply);
    }
    let subcommands = spec.subcommands.iter().filter(|spec| spec.is_implemented());
    match subcommands.clone().count() {
        // Where there are some, they are an array everywhere.
        0 if profile.no_subcommands_are_a_set => reply.set(0),
        some => reply.array(some),
    };
    for subcommand in subcommands {
        for_programs(subcommand, profile, reply);
    }
}

/// A set of simple strings.
pub(super) fn words(words: impl Iterator<Item = &'static str> + Clone, reply: &mut Reply<'_>) {
    reply.set(words.clone().count());
    for word in words {
        reply.simple(word);
    }
}

fn key_spec(keys: KeySpec, reply: &mut Reply<'_>) {
    reply.map(3 + keys.notes.iter().len());
    if let Some(notes) = keys.notes {
        reply.bulk("notes").bulk(notes);
    }
    reply.bulk("flags");
    words(keys.flags.iter().copied(), reply);
    reply.bulk("begin_search").map(2).bulk("type").bulk("index");
    reply.bulk("spec").map(1).bulk("index").integer(1);
    reply.bulk("find_keys").map(2).bulk("type").bulk("range");
    reply.bulk("spec").map(3);
    reply.bulk("lastkey").integer(if keys.many { -1 } else { 0 });
    reply.bulk("keystep").integer(1).bulk("limit").integer(0);
}

/// Name and text of COMMAND DOCS. Summaries are our own; arguments and history are left out.
pub(super) fn for_people(spec: &Spec, reply: &mut Reply<'_>) {
    let docs = &spec.docs;
    let subcommands = spec.subcommands.iter().filter(|spec| spec.is_implemented());
    let count = subcommands.clone().count();
    reply.bulk(spec.full_name);
    reply.map(4 + 3 * docs.deprecated.iter().len() + usize::from(count > 0));
    reply.bulk("summary").bulk(docs.summary);
    reply.bulk("since").bulk(docs.since);
    reply.bulk("group").bulk(docs.group);
    reply.bulk("complexity").bulk(docs.complexity);
    if let Some((since, in_favour_of)) = docs.deprecated {
        reply.bulk("doc_flags").set(1).simple("deprecated");
        reply.bulk("deprecated_since").bulk(since).bulk("replaced_by").bulk(in_favour_of);
    }
    if count > 0 {
        reply.bulk("subcommands").map(count);
        for subcommand in subcommands {
            for_people(subcommand, reply);
        }
    }
}
