//! The modules of a package, and which of them use each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::walk::{Path, Source, Use, child, read};

/// An import from one file or folder to another; a folder stands for its `mod.rs`.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) from: Path,
    pub(crate) to: Path,
    /// `src/state/mod.rs:12 uses crate::wire::Frame`
    pub(crate) place: String,
}

#[derive(Default)]
pub(crate) struct Tree {
    library: String,
    modules: BTreeMap<Path, Module>,
    uses: Vec<(Use, String)>,
    tests: BTreeSet<Path>,
}

#[derive(Default)]
struct Module {
    is_file: bool,
    /// The names that `use` brings into scope, and their paths.
    names: BTreeMap<String, Path>,
}

impl Tree {
    /// `files` are paths below `src/` and their text.
    pub(crate) fn new<'a>(
        package: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut tree = Self { library: package.replace('-', "_"), ..Self::default() };
        for (file, text) in files {
            let mut module: Path =
                file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            module.pop_if(|last| ["lib", "main", "mod"].contains(&last.as_str()));
            tree.modules.entry(module.clone()).or_default().is_file = true;
            tree.add(read(text, module, &tree.library), file);
        }
        tree
    }

    fn add(&mut self, source: Source, file: &str) {
        self.tests.extend(source.tests);
        for module in source.inline {
            self.modules.entry(module).or_default();
        }
        for found in source.uses {
            if let Some(name) = &found.name {
                let module = self.modules.entry(found.module.clone()).or_default();
                module.names.insert(name.clone(), found.path.clone());
            }
            let place = format!("src/{file}:{} uses {}", found.line, found.path.join("::"));
            self.uses.push((found, place));
        }
    }

    /// Files and folders directly below `src/`.
    pub(crate) fn top_level(&self) -> impl Iterator<Item = &str> {
        let files = self.modules.iter().filter(|(_, module)| module.is_file);
        files.filter_map(|(path, _)| match &path[..] {
            [name] if !self.is_test(path) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Every use of one file by another, outside of tests.
    pub(crate) fn imports(&self) -> impl Iterator<Item = Import> {
        let uses = self.uses.iter().filter(|(found, _)| !self.is_test(&found.module));
        uses.filter_map(|(found, place)| {
            let to = self.file(&self.resolve(&found.module, &found.path, 0)?);
            let from = self.file(&found.module);
            (from != to).then(|| Import { from, to, place: place.clone() })
        })
    }

    /// The places of glob imports from modules of this package, outside of tests.
    pub(crate) fn globs(&self) -> impl Iterator<Item = &str> {
        let uses = self.uses.iter().filter(|(found, _)| !self.is_test(&found.module));
        let globs = uses.filter(|(found, _)| match &found.path[..] {
            // `use Kind::*` imports the variants of an enum.
            [.., from, last] => last == "*" && from.starts_with(char::is_lowercase),
            _ => false,
        });
        let own = globs.filter(|(found, _)| self.resolve(&found.module, &found.path, 0).is_some());
        own.map(|(_, place)| place.as_str())
    }

    fn is_test(&self, module: &[String]) -> bool {
        (1..=module.len()).any(|length| self.tests.contains(&module[..length]))
    }

    /// The module that defines what `path` means in `module`; `None` if that is another crate.
    fn resolve(&self, module: &[String], path: &[String], depth: usize) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        let (mut at, rest) = match first.as_str() {
            "self" => (module.to_vec(), rest),
            "super" => (module.to_vec(), path),
            name if self.has(module, name) => (module.to_vec(), path),
            name if name == "crate" || name == self.library => (Path::new(), rest),
            _ => return None,
        };
        for (index, name) in rest.iter().enumerate() {
            let inner = child(&at, name);
            if name == "super" {
                at.pop()?;
            } else if self.modules.contains_key(&inner) {
                at = inner;
            } else {
                // An imported name is followed to the module that defines it.
                let import = self.modules.get(&at).and_then(|module| module.names.get(name));
                let definition = import.filter(|_| depth < 9).and_then(|import| {
                    let path = [&import[..], &rest[index + 1..]].concat();
                    self.resolve(&at, &path, depth + 1)
                });
                return Some(definition.unwrap_or(at));
            }
        }
        Some(at)
    }

    /// Whether a path that begins with `name` stays in this package, as seen from `module`.
    fn has(&self, module: &[String], name: &str) -> bool {
        let import = self.modules.get(module).and_then(|module| module.names.get(name));
        // `use bytes;` makes a name of the crate's own name.
        let is_imported =
            import.is_some_and(|path| path.first().is_some_and(|first| first != name));
        is_imported || self.modules.contains_key(&child(module, name))
    }

    /// The file or folder that holds a module.
    fn file(&self, module: &[String]) -> Path {
        let mut path = module.to_vec();
        while !path.is_empty() && self.modules.get(&path).is_none_or(|module| !module.is_file) {
            path.pop();
        }
        path
    }
}
