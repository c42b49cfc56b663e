//! HIMPORT: hashes of values for fields that a client names once.

use std::collections::HashSet;

use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Hash, Lifetime, Value};
use crate::wire::Args;

pub(super) fn prepare(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let fields = args.from(3);
    let mut seen = HashSet::new();
    if !fields.iter().all(|field| seen.insert(field)) {
        return Err("ERR duplicate field name in fieldset".into());
    }
    ctx.client_mut().session.fieldsets.set(&args[2], fields.iter());
    ctx.reply().ok();
    Ok(())
}

pub(super) fn set(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, values) = (&args[2], args.from(4));
    ctx.check_type::<Hash>(key)?;
    let fields = ctx.client().session.fieldsets.find(&args[3]).ok_or("ERR no such fieldset")?;
    if fields.len() != values.len() {
        return Err("ERR value count does not match fieldset field count".into());
    }
    let hash = Hash::from_template(fields.iter().map(|field| &**field).zip(values.iter()));
    let fields = fields.to_vec();
    ctx.replace(key, Value::Hash(Box::new(hash)), Lifetime::Endless);
    ctx.reply().ok();
    ctx.hash_changed_by(key, "hset", fields, 0);
    Ok(())
}

pub(super) fn discard(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let is_discarded = ctx.client_mut().session.fieldsets.remove(&args[2]);
    ctx.reply().count(is_discarded.into());
    Ok(())
}

pub(super) fn discard_all(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let discarded = ctx.client_mut().session.fieldsets.clear();
    ctx.reply().count(discarded);
    Ok(())
}
