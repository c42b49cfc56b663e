//! CLIENT KILL, in its old form (an address) and its new one (filters).

use super::filters::Filters;
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::wire::Args;

pub(super) fn kill(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let old_form = args.len() == 3;
    let filters = match args.len() {
        3 => Filters::address(&args[2]),
        4.. => Filters::parse(args.from(2), true, ctx.state)?,
        _ => return Err(SYNTAX.into()),
    };
    let killed = filters.matching(ctx);
    for key in &killed {
        ctx.state.kill(*key);
    }
    match killed.len() {
        0 if old_form => return Err("ERR No such client".into()),
        _ if old_form => ctx.reply().ok(),
        killed => ctx.reply().count(killed),
    };
    Ok(())
}
