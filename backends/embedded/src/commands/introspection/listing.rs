//! The commands that COMMAND lists.

use crate::catalogue::{Catalogue, Categories, Command};
use crate::commands::{Context, Handlers};

/// The commands that the real server lists and the embedded server implements.
#[derive(Clone, Copy)]
pub(super) struct Listing {
    catalogue: &'static Catalogue,
    handlers: &'static Handlers,
}

impl Listing {
    pub(super) fn of(ctx: &Context<'_>) -> Self {
        Self { catalogue: ctx.state.catalogue, handlers: ctx.handlers }
    }

    /// The commands, sorted by name, without subcommands.
    pub(super) fn commands(self) -> Vec<&'static Command> {
        let listed = self.catalogue.listed().filter(|command| !command.is_subcommand());
        listed.filter(|command| self.has(command)).collect()
    }

    /// The commands, each followed by its subcommands.
    pub(super) fn with_subcommands(self) -> Vec<&'static Command> {
        let commands = self.commands().into_iter();
        commands
            .flat_map(|command| std::iter::once(command).chain(self.subcommands(command)))
            .collect()
    }

    /// The subcommands of a command, sorted by name.
    pub(super) fn subcommands(self, command: &Command) -> Vec<&'static Command> {
        let subcommands = self.catalogue.subcommands(command).iter();
        subcommands.filter(|command| self.has(command)).collect()
    }

    /// The command or subcommand with this full name.
    pub(super) fn find(self, name: &[u8]) -> Option<&'static Command> {
        self.catalogue.find_listed(name).filter(|command| self.has(command))
    }

    /// The category with this name.
    pub(super) fn category(self, name: &[u8]) -> Option<Categories> {
        self.catalogue.category(name)
    }

    fn has(self, command: &Command) -> bool {
        self.handlers.has(command, self.catalogue)
    }
}
