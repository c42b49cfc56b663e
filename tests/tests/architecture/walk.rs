//! Reads one file: the modules that it declares, and the paths that it uses.

use crate::tokens::{Token, tokens};

pub(crate) type Path = Vec<String>;

#[derive(Default)]
pub(crate) struct Source {
    /// Modules with a body of their own: `mod inner { … }`.
    pub(crate) inline: Vec<Path>,
    /// Modules under `#[cfg(test)]`.
    pub(crate) tests: Vec<Path>,
    pub(crate) uses: Vec<Use>,
}

/// A path, by `use` or in code.
pub(crate) struct Use {
    /// The module in which it is written.
    pub(crate) module: Path,
    /// As it is written; the last word of a glob import is `*`.
    pub(crate) path: Path,
    /// The name that `use` brings into scope.
    pub(crate) name: Option<String>,
    pub(crate) line: usize,
}

/// Reads the file of `module`. In code, a path is seen if it begins with `crate`, `self`, `super` or
/// the name of the library.
pub(crate) fn read(text: &str, module: Path, library: &str) -> Source {
    let mut walk = Walk { tokens: &tokens(text), at: 0, library, found: Source::default() };
    walk.body(&module);
    walk.found
}

struct Walk<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    library: &'a str,
    found: Source,
}

impl<'a> Walk<'a> {
    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn ahead(&self, by: usize) -> &'a str {
        self.text(self.at + by)
    }

    fn behind(&self, by: usize) -> &'a str {
        self.at.checked_sub(by).map_or("", |at| self.text(at))
    }

    /// Reads up to the brace that closes the module, or to the end of the file.
    fn body(&mut self, module: &Path) {
        let mut depth = 0;
        while self.at < self.tokens.len() {
            match self.ahead(0) {
                "{" => depth += 1,
                "}" if depth == 0 => return,
                "}" => depth -= 1,
                "#" if self.is_test_attribute() => {
                    self.skip_item(module);
                    continue;
                }
                "mod" if self.ahead(2) == "{" => {
                    let inner = child(module, self.ahead(1));
                    self.found.inline.push(inner.clone());
                    self.at += 3;
                    self.body(&inner);
                }
                // `impl Trait + use<'a>` imports nothing.
                "use" if self.ahead(1) != "<" => {
                    self.at += 1;
                    self.use_tree(module, Path::new());
                    continue;
                }
                first if self.is_start_of_path(first) => {
                    self.path(module);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn is_start_of_path(&self, first: &str) -> bool {
        let is_own = ["crate", "self", "super", self.library].contains(&first);
        // `pub(in crate::state)` tells who may use an item. It uses nothing.
        let is_visibility = self.behind(1) == "in" && self.behind(2) == "(";
        is_own && self.ahead(1) == "::" && self.behind(1) != "::" && !is_visibility
    }

    fn path(&mut self, module: &Path) {
        let line = self.tokens[self.at].line;
        let mut path = vec![self.ahead(0).to_owned()];
        while self.ahead(1) == "::" && is_word(self.ahead(2)) {
            path.push(self.ahead(2).to_owned());
            self.at += 2;
        }
        self.at += 1;
        self.found.uses.push(Use { module: module.clone(), path, name: None, line });
    }

    /// One branch behind `use`, without its comma or semicolon.
    fn use_tree(&mut self, module: &Path, mut path: Path) {
        let mut line = self.tokens.get(self.at).map_or(0, |token| token.line);
        loop {
            match self.ahead(0) {
                "::" => {}
                "{" => {
                    self.at += 1;
                    return self.group(module, &path);
                }
                word if word == "*" || is_word(word) && word != "as" => {
                    line = self.tokens[self.at].line;
                    if word != "self" || path.is_empty() {
                        path.push(word.to_owned());
                    }
                }
                _ => break,
            }
            self.at += 1;
        }
        let mut name = path.last().cloned();
        if self.ahead(0) == "as" {
            name = Some(self.ahead(1).to_owned());
            self.at += 2;
        }
        self.found.uses.push(Use { module: module.clone(), path, name, line });
    }

    fn group(&mut self, module: &Path, path: &Path) {
        while !["}", ""].contains(&self.ahead(0)) {
            match self.ahead(0) {
                word if is_word(word) || ["{", "::", "*"].contains(&word) => {
                    self.use_tree(module, path.clone());
                }
                _ => self.at += 1,
            }
        }
        self.at += 1;
    }

    /// `#[cfg(test)]`, `#[cfg(all(test, …))]`
    fn is_test_attribute(&self) -> bool {
        let ahead: Vec<&str> = (1..7).map(|by| self.ahead(by)).collect();
        ahead.starts_with(&["[", "cfg", "(", "test", ")"])
            || ahead.starts_with(&["[", "cfg", "(", "all", "(", "test"])
    }

    /// Skips an attribute and its item, up to the item's semicolon or closing brace.
    fn skip_item(&mut self, module: &Path) {
        let mut depth = 0;
        while self.at < self.tokens.len() {
            match self.ahead(0) {
                "mod" if depth == 0 => self.found.tests.push(child(module, self.ahead(1))),
                "(" | "[" | "{" => depth += 1,
                // The item is a field: this brace closes its struct.
                "}" if depth == 0 => return,
                "}" if depth == 1 => break,
                ")" | "]" | "}" => depth -= 1,
                ";" if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
    }
}

pub(crate) fn child(module: &[String], name: &str) -> Path {
    module.iter().map(String::as_str).chain([name]).map(str::to_owned).collect()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
