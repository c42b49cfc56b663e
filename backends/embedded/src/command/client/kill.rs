//! CLIENT KILL, in its old form (an address) and its new one (conditions).

use super::conditions::Conditions;
use super::{Outcome, SYNTAX};
use crate::command::Turn;
use crate::wire::Args;

pub(in crate::command) fn kill(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let old_form = args.len() == 3;
    let conditions = match args.len() {
        3 => Conditions::at(&args[2]),
        4.. => Conditions::OTHERS.and(args.from(2), turn.world)?,
        _ => return Err(SYNTAX.into()),
    };
    let killed = conditions.choose(turn);
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
