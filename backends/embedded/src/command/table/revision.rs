//! How a server's commands differ from the rows, which describe Redis 8.0.

use super::{Categories, Flags, Spec};

/// What is otherwise about some commands of one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Revision {
    /// Full names.
    commands: &'static [&'static str],
    arity: Option<i64>,
    flags: Flags,
    not_flags: Flags,
    categories: Categories,
    not_categories: Categories,
    tips: Option<&'static [&'static str]>,
}

impl Revision {
    /// Nothing is otherwise yet about these commands.
    pub(crate) const fn of(commands: &'static [&'static str]) -> Self {
        Self {
            commands,
            arity: None,
            flags: Flags::NONE,
            not_flags: Flags::NONE,
            categories: Categories::NONE,
            not_categories: Categories::NONE,
            tips: None,
        }
    }

    pub(crate) const fn arity(self, arity: i64) -> Self {
        Self { arity: Some(arity), ..self }
    }

    /// Flags that they have too.
    pub(crate) const fn with(self, flags: &[Flags]) -> Self {
        Self { flags: Flags::of(flags), ..self }
    }

    /// Flags that they have not.
    pub(crate) const fn without(self, flags: &[Flags]) -> Self {
        Self { not_flags: Flags::of(flags), ..self }
    }

    /// Where access control files them, instead of there.
    pub(crate) const fn category(self, category: Categories, instead_of: Categories) -> Self {
        Self { categories: category, not_categories: instead_of, ..self }
    }

    pub(crate) const fn tips(self, tips: &'static [&'static str]) -> Self {
        Self { tips: Some(tips), ..self }
    }

    /// Rewrites a command, if it is one of these.
    pub(super) fn revise(&self, spec: &mut Spec) {
        if !self.commands.contains(&spec.full_name) {
            return;
        }
        spec.arity = self.arity.unwrap_or(spec.arity);
        spec.flags = spec.flags.without(self.not_flags).with(self.flags);
        spec.categories = spec.categories.without(self.not_categories).with(self.categories);
        spec.tips = self.tips.unwrap_or(spec.tips);
    }

    /// The commands that it is about.
    #[cfg(test)]
    pub(crate) fn commands(&self) -> &'static [&'static str] {
        self.commands
    }
}
