use super::{Context, Outcome};
use crate::catalogue::{Catalogue, Command};
use crate::wire::Args;

/// Does what a command asks for.
pub(crate) type Handler = fn(&mut Context<'_>, Args<'_>) -> Outcome;

/// The commands of one family, by full name.
pub(crate) type Family = &'static [(&'static str, Handler)];

/// The handlers of one server's commands. A command without a handler is missing here.
#[derive(Debug)]
pub(crate) struct Handlers(Box<[Option<Handler>]>);

impl Handlers {
    /// Attaches the handlers of all families to the commands of a server. A server that does not
    /// have a command needs no handler for it.
    pub(crate) fn attach(catalogue: &Catalogue, families: &[Family]) -> Self {
        let mut handlers = vec![None; catalogue.len()];
        for (name, handler) in families.iter().copied().flatten() {
            if let Some(command) = catalogue.find_full(name.as_bytes()) {
                handlers[command.place] = Some(*handler);
            }
        }
        Self(handlers.into())
    }

    #[inline]
    pub(crate) fn of(&self, command: &Command) -> Option<Handler> {
        self.0[command.place]
    }

    /// Whether this server can run a command, or at least one of its subcommands.
    pub(crate) fn has(&self, command: &Command, catalogue: &Catalogue) -> bool {
        catalogue.family(command).any(|command| self.of(command).is_some())
    }
}
