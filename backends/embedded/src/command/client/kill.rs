//! CLIENT KILL, in its old form (an address) and its new one (filters).

use super::filters::Filters;
use super::{Outcome, SYNTAX};
use crate::command::Turn;
use crate::wire::Args;

pub(in crate::command) fn kill(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let old_form = args.len() == 3;
    let filters = match args.len() {
        3 => Filters::address(&args[2]),
        4.. => Filters::parse(args.from(2), true, turn.world)?,
        _ => return Err(SYNTAX.into()),
    };
    let killed = filters.matching(turn);
    for key in &killed {
        turn.world.kill(*key);
    }
    match killed.len() {
        0 if old_form => return Err("ERR No such client".into()),
        _ if old_form => turn.reply().ok(),
        killed => turn.reply().count(killed),
    };
    Ok(())
}
