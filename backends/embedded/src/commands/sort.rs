//! SORT, SORT_RO.

use std::cmp::Ordering;

use super::errors::{NO_INTEGER, SYNTAX, WRONG_TYPE};
use super::sorted_sets::score::parse_sort_key;
use super::{Context, Family, Outcome};
use crate::state::cluster::Slot;
use crate::state::config::Events;
use crate::state::keyspace::{DataType, End, Lifetime, List, Value};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(crate) const FAMILY: Family = &[("sort", sort), ("sort_ro", sort_ro)];

/// The words behind the key.
#[derive(Default)]
struct Options<'a> {
    descends: bool,
    by_text: bool,
    limit: Option<(i64, i64)>,
    by: Option<&'a [u8]>,
    shown: Vec<&'a [u8]>,
    target: Option<&'a [u8]>,
}

/// Checks whether a node has all keys that a pattern of `SORT` can mean.
fn check_pattern(ctx: &Context<'_>, option: &str, key: &[u8], pattern: &[u8]) -> Outcome {
    let behaviour = ctx.state.profile.cluster;
    let is_in_slot = || Slot::of_pattern(pattern) == Some(Slot::of(key));
    if ctx.state.cluster.is_none() || (behaviour.sorts_within_a_slot && is_in_slot()) {
        return Ok(());
    }
    let when = match behaviour.sorts_within_a_slot {
        true => " when keys formed by the pattern may be in different slots",
        false => "",
    };
    Err(format!("ERR {option} option of SORT denied in Cluster mode{when}.").into())
}

impl<'a> Options<'a> {
    fn parse(ctx: &Context<'_>, args: Args<'a>, may_store: bool) -> Result<Self, ErrorReply> {
        let mut options = Self::default();
        let mut words = args.from(2);
        while let Some(word) = words.get(0) {
            let used = match (word.to_ascii_lowercase().as_slice(), words.get(1), words.get(2)) {
                (b"asc", ..) => {
                    options.descends = false;
                    1
                }
                (b"desc", ..) => {
                    options.descends = true;
                    1
                }
                (b"alpha", ..) => {
                    options.by_text = true;
                    1
                }
                (b"limit", Some(start), Some(count)) => {
                    let start = parse_integer(start).ok_or(NO_INTEGER)?;
                    options.limit = Some((start, parse_integer(count).ok_or(NO_INTEGER)?));
                    3
                }
                (b"store", Some(target), _) if may_store => {
                    options.target = Some(target);
                    2
                }
                (b"by", Some(pattern), _) => {
                    if pattern.contains(&b'*') {
                        check_pattern(ctx, "BY", &args[1], pattern)?;
                    }
                    options.by = Some(pattern);
                    2
                }
                (b"get", Some(pattern), _) => {
                    if pattern != b"#" || !ctx.state.profile.cluster.sort_may_get_elements {
                        check_pattern(ctx, "GET", &args[1], pattern)?;
                    }
                    options.shown.push(pattern);
                    2
                }
                _ => return Err(SYNTAX.into()),
            };
            words = words.from(used);
        }
        Ok(options)
    }

    /// The elements that the limit leaves of so many.
    fn range(&self, len: usize) -> std::ops::Range<usize> {
        let Some((start, count)) = self.limit else { return 0..len };
        let start = usize::try_from(start).unwrap_or(0).min(len);
        let end = match usize::try_from(count) {
            Ok(count) => start.saturating_add(count).min(len),
            Err(_) => len,
        };
        start..end
    }
}

fn sort(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    run(ctx, args, true)
}

fn sort_ro(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    run(ctx, args, false)
}

fn run(ctx: &mut Context<'_>, args: Args<'_>, may_store: bool) -> Outcome {
    let mut options = Options::parse(ctx, args, may_store)?;
    let keeps_order = options.by.is_some_and(|by| !by.contains(&b'*'));
    let source = match options.target {
        Some(_) => ctx.look_up_any_to_copy(&args[1]),
        None => ctx.look_up_any(&args[1]),
    };
    let (mut elements, is_set) = match source {
        None => (Vec::new(), false),
        Some(value) => (elements_of(value).ok_or(WRONG_TYPE)?, matches!(value, Value::Set(_))),
    };
    let must_not_vary = options.target.is_some() || ctx.me != ctx.caller;
    if keeps_order && !(is_set && must_not_vary) {
        if options.descends {
            elements.reverse();
        }
    } else {
        // A set that is stored, or that a script reads, is sorted, so that the result does not vary.
        if keeps_order {
            (options.by, options.by_text) = (None, true);
        }
        sort_elements(ctx, &mut elements, &options)?;
    }
    let range = options.range(elements.len());
    let mut results: Vec<Option<Vec<u8>>> = Vec::new();
    for element in &elements[range] {
        if options.shown.is_empty() {
            results.push(Some(element.clone()));
        }
        results.extend(options.shown.iter().map(|pattern| find(ctx, pattern, element)));
    }
    match options.target {
        Some(target) => store(ctx, target, &results),
        None => {
            let mut reply = ctx.reply();
            reply.array(results.len());
            results.iter().for_each(|result| _ = reply.bulk_or_null(result.as_ref()));
        }
    }
    Ok(())
}

/// The elements of a value that can be sorted, in its own order.
fn elements_of(value: &Value) -> Option<Vec<Vec<u8>>> {
    match value {
        Value::List(list) => Some(list.iter().map(|element| element.to_vec()).collect()),
        Value::Set(set) => Some(set.iter().map(|member| member.to_vec()).collect()),
        Value::SortedSet(set) => Some(set.iter().map(|(member, _)| member.to_vec()).collect()),
        Value::String(_) | Value::Hash(_) | Value::Stream(_) | Value::Array(_) => None,
    }
}

/// Sorts by the elements or by what a pattern finds for them.
fn sort_elements(
    ctx: &mut Context<'_>,
    elements: &mut Vec<Vec<u8>>,
    options: &Options<'_>,
) -> Outcome {
    let weight = |ctx: &mut Context<'_>, element: &[u8]| match options.by {
        Some(pattern) => find(ctx, pattern, element),
        None => Some(element.to_vec()),
    };
    let in_direction = |order: Ordering| if options.descends { order.reverse() } else { order };
    if options.by_text {
        let mut weighted: Vec<_> =
            elements.drain(..).map(|element| (weight(ctx, &element), element)).collect();
        weighted.sort_by(|one, other| in_direction(one.0.cmp(&other.0)));
        elements.extend(weighted.into_iter().map(|(_, element)| element));
        return Ok(());
    }
    let behaviour = &ctx.state.profile.sorted_sets;
    let mut weighted = Vec::with_capacity(elements.len());
    for element in elements.drain(..) {
        // An element without a weight weighs nothing.
        let score = match weight(ctx, &element) {
            Some(text) => parse_sort_key(&text, behaviour),
            None => Some(0.0),
        };
        let invalid = "ERR One or more scores can't be converted into double";
        weighted.push((score.ok_or(invalid)?, element));
    }
    weighted.sort_by(|(one, element), (other, next)| {
        let order = one.partial_cmp(other).unwrap_or(Ordering::Equal);
        in_direction(order.then_with(|| element.cmp(next)))
    });
    elements.extend(weighted.into_iter().map(|(_, element)| element));
    Ok(())
}

/// The value that a pattern finds for an element: `#` is the element itself, `weight_*` a string, and
/// `object_*->field` a field of a hash.
fn find(ctx: &mut Context<'_>, pattern: &[u8], element: &[u8]) -> Option<Vec<u8>> {
    if pattern == b"#" {
        return Some(element.to_vec());
    }
    let star = pattern.iter().position(|byte| *byte == b'*')?;
    let behind = &pattern[star + 1..];
    let arrow = behind.windows(2).position(|pair| pair == b"->");
    let arrow = arrow.filter(|arrow| arrow + 2 < behind.len());
    let (behind, field) = match arrow {
        Some(arrow) => (&behind[..arrow], Some(&behind[arrow + 2..])),
        None => (behind, None),
    };
    let key = [&pattern[..star], element, behind].concat();
    match (ctx.look_up_any(&key)?, field) {
        (Value::Hash(hash), Some(field)) => hash.get(field).map(|value| value.to_vec()),
        (Value::String(string), None) => Some(string.bytes().to_vec()),
        _ => None,
    }
}

/// Stores the results as a list. Missing results are empty.
fn store(ctx: &mut Context<'_>, target: &[u8], results: &[Option<Vec<u8>>]) {
    if results.is_empty() {
        ctx.delete(target);
    } else {
        let mut list = List::default();
        for result in results {
            list.push(End::Right, result.as_deref().unwrap_or_default());
        }
        list.encode(&ctx.state.config.encodings);
        ctx.replace_by(target, list.into_value(), Lifetime::Endless, results.len());
        ctx.notify(Events::LIST, "sortstore", target);
    }
    ctx.reply().count(results.len());
}
