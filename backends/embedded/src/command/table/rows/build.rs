//! What a row is written with.

use super::super::{Categories, Docs, Flags, KeySpec, Run, Spec};
use crate::command::Handler;

/// A command that this server can do.
pub(super) const fn command(name: &'static str, arity: i64, handler: Handler) -> Spec {
    Spec::new(name, arity, Run::Handler(handler))
}

/// A command that is only its subcommands.
pub(super) const fn container(name: &'static str, subcommands: &'static [Spec]) -> Spec {
    Spec { subcommands, ..Spec::new(name, -2, Run::Container) }
}

impl Spec {
    pub(super) const fn flags(self, flags: &[Flags]) -> Self {
        Self { flags: Flags::of(flags), ..self }
    }

    pub(super) const fn category(self, category: Categories) -> Self {
        Self { categories: self.categories.with(category), ..self }
    }

    pub(super) const fn tips(self, tips: &'static [&'static str]) -> Self {
        Self { tips, ..self }
    }

    pub(super) const fn keys(self, keys: KeySpec) -> Self {
        Self { keys: Some(keys), ..self }
    }

    pub(super) const fn subcommands(self, subcommands: &'static [Spec]) -> Self {
        Self { subcommands, ..self }
    }

    pub(super) const fn until(self, version: &'static str) -> Self {
        Self { until: Some(version), ..self }
    }

    /// No Redis has it; Valkey has it since this version.
    pub(super) const fn only_valkey(self, version: &'static str) -> Self {
        Self { valkey: Some(version), until: Some("0"), ..self }
    }

    pub(super) const fn docs(
        self,
        group: &'static str,
        since: &'static str,
        complexity: &'static str,
        summary: &'static str,
    ) -> Self {
        Self { docs: Docs { group, since, complexity, summary, deprecated: None }, ..self }
    }

    pub(super) const fn deprecated(self, since: &'static str, in_favour_of: &'static str) -> Self {
        let docs = Docs { deprecated: Some((since, in_favour_of)), ..self.docs };
        Self { docs, ..self }
    }
}
