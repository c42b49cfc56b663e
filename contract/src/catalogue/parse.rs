use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use super::CATALOGUE;
use super::keys::KeySpec;
use super::model::{Catalogue, CommandName, Fact, Section, Server};
use crate::conversation::{Place, ServerName};

/// A file that cannot be read as a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The file cannot be read.
    #[error("cannot read {file}: {reason}")]
    Read {
        /// The file.
        file: String,
        /// The cause.
        reason: io::Error,
    },
    /// A line does not have the format that the head of the file describes.
    #[error("{place}: {fault}")]
    Parse {
        /// The line.
        place: Place,
        /// The fault in the line.
        fault: String,
    },
}

/// A command whose lines are still being read.
struct Draft {
    line: u32,
    name: CommandName,
    /// The servers that have the command.
    servers: BTreeSet<ServerName>,
    usual: BTreeMap<Fact, String>,
    special: BTreeMap<(Fact, ServerName), String>,
}

/// The catalogue that was compiled into this program.
static COMMITTED: LazyLock<Catalogue> = LazyLock::new(|| {
    let catalogue = Catalogue::parse(twincast_embedded::COMMANDS, CATALOGUE);
    catalogue.expect("a test checks that the committed catalogue is well formed")
});

impl Catalogue {
    /// The catalogue that was compiled into this program.
    pub fn committed() -> &'static Self {
        &COMMITTED
    }

    /// Reads a catalogue from a file.
    pub fn load(path: &Path) -> Result<Self, CatalogueError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, &file),
            Err(reason) => Err(CatalogueError::Read { file, reason }),
        }
    }

    /// Reads a catalogue from text. `file` is the path that errors name.
    pub fn parse(text: &str, file: &str) -> Result<Self, CatalogueError> {
        let at = |line| {
            move |fault| CatalogueError::Parse { place: Place { file: file.into(), line }, fault }
        };
        let mut catalogue = Self::default();
        let mut draft: Option<Draft> = None;
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(fact) = line.strip_prefix("  ") {
                let draft = draft
                    .as_mut()
                    .ok_or_else(|| at(number)("a fact needs a command above it".to_owned()))?;
                draft.take(fact, &catalogue).map_err(at(number))?;
                continue;
            }
            if let Some(server) = line.strip_prefix("server ") {
                if draft.is_some() {
                    return Err(at(number)(
                        "a server must be declared above the first command".to_owned(),
                    ));
                }
                catalogue.declare(server).map_err(at(number))?;
                continue;
            }
            let next = Draft::begin(line, number, &catalogue).map_err(at(number))?;
            if let Some(last) = &draft
                && last.name >= next.name
            {
                return Err(at(number)(format!(
                    "{} cannot follow {}: commands are sorted by name, and each is listed once",
                    next.name, last.name
                )));
            }
            if let Some(last) = draft.replace(next) {
                last.finish(&mut catalogue).map_err(|(line, fault)| at(line)(fault))?;
            }
        }
        if let Some(last) = draft {
            last.finish(&mut catalogue).map_err(|(line, fault)| at(line)(fault))?;
        }
        Ok(catalogue)
    }

    /// `NAME` or `NAME without SECTION…`.
    fn declare(&mut self, text: &str) -> Result<(), String> {
        let mut words = text.split_ascii_whitespace();
        let name = ServerName::new(words.next().unwrap_or_default());
        let mut server = Server::default();
        match words.next() {
            None => {}
            Some("without") => {
                for word in words {
                    let section = Section::ALL.into_iter().find(|section| section.name() == word);
                    let all = Section::ALL.map(Section::name).join(", ");
                    let section = section
                        .ok_or_else(|| format!("{word:?} is not a section: write some of {all}"))?;
                    server.unreported.insert(section);
                }
            }
            Some(word) => {
                return Err(format!(
                    "expected \"without\" after the name of the server, found {word:?}"
                ));
            }
        }
        match self.servers.insert(name.clone(), server) {
            Some(_) => Err(format!("server {name} is declared above already")),
            None => Ok(()),
        }
    }
}

impl Draft {
    /// `NAME`, `NAME [A B]` or `NAME [!A !B]`.
    fn begin(line: &str, number: u32, catalogue: &Catalogue) -> Result<Self, String> {
        let (servers, name) = match line.split_once(' ') {
            None => (None, line),
            Some((name, rest)) => (Some(rest), name),
        };
        let name = CommandName::new(name);
        let reporting = catalogue.servers().filter(|(_, server)| server.reports_command(&name));
        let mut having: BTreeSet<ServerName> = reporting.map(|(name, _)| name.clone()).collect();
        if let Some(servers) = servers {
            let inner = servers.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let inner = inner.ok_or_else(|| {
                format!(
                    "expected [SERVER…], [!SERVER…] or nothing after the command, found {servers:?}"
                )
            })?;
            let is_negative = inner.starts_with('!');
            let mut listed = BTreeSet::new();
            for word in inner.split_ascii_whitespace() {
                let server = word.strip_prefix('!');
                if server.is_some() != is_negative {
                    return Err("either all servers of a list have ! or none".to_owned());
                }
                listed.insert(known(server.unwrap_or(word), &having)?);
            }
            having.retain(|server| listed.contains(server) != is_negative);
        }
        if having.is_empty() {
            return Err(format!("no server has {name}"));
        }
        Ok(Self {
            line: number,
            name,
            servers: having,
            usual: BTreeMap::new(),
            special: BTreeMap::new(),
        })
    }

    /// `FACT VALUE`, `[A B] FACT VALUE` or `[A B] FACT`.
    fn take(&mut self, line: &str, catalogue: &Catalogue) -> Result<(), String> {
        let (servers, rest) = match line.strip_prefix('[') {
            None => (None, line),
            Some(rest) => match rest.split_once("] ") {
                Some((servers, rest)) => (Some(servers), rest),
                None => return Err("the list of servers has no end: add ] and the fact".to_owned()),
            },
        };
        let (fact, value) = fact(rest)?;
        let again = format!("{fact} is given above already");
        let Some(servers) = servers else {
            check(fact, value)?;
            return match self.usual.insert(fact, value.to_owned()) {
                Some(_) => Err(again),
                None => Ok(()),
            };
        };
        if !value.is_empty() {
            check(fact, value)?;
        }
        for server in servers.split_ascii_whitespace() {
            let server = known(server, &self.servers)?;
            if !catalogue.servers[&server].reports_fact(fact) {
                return Err(format!(
                    "{server} does not report {}, as its declaration above says",
                    fact.name()
                ));
            }
            if self.special.insert((fact, server.clone()), value.to_owned()).is_some() {
                return Err(format!("{again} for {server}"));
            }
        }
        Ok(())
    }

    /// Gives each server its facts.
    fn finish(self, catalogue: &mut Catalogue) -> Result<(), (u32, String)> {
        for name in &self.servers {
            let Some(server) = catalogue.servers.get_mut(name) else { continue };
            let mut facts = self.usual.clone();
            facts.retain(|fact, _| server.reports_fact(*fact));
            let special = self.special.iter().filter(|((_, server), _)| server == name);
            facts.extend(special.map(|((fact, _), value)| (*fact, value.clone())));
            facts.retain(|_, value| !value.is_empty());
            if !facts.contains_key(&Fact::Arity) {
                return Err((self.line, format!("{} has no arity on {name}", self.name)));
            }
            server.commands.insert(self.name.clone(), facts);
        }
        Ok(())
    }
}

/// The server of this name, if it is one of these.
fn known(name: &str, servers: &BTreeSet<ServerName>) -> Result<ServerName, String> {
    let server = ServerName::new(name);
    if servers.contains(&server) {
        return Ok(server);
    }
    let servers: Vec<&str> = servers.iter().map(ServerName::as_str).collect();
    Err(format!("{name:?} is not one of the servers allowed here: {}", servers.join(", ")))
}

/// A fact and its value, which may be empty.
fn fact(text: &str) -> Result<(Fact, &str), String> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    if name == "notes" {
        let (number, note) = rest.split_once(' ').unwrap_or((rest, ""));
        return match number.parse() {
            Ok(number) => Ok((Fact::Notes(number), note)),
            Err(_) => Err(format!("{number:?} is not the number of a key specification")),
        };
    }
    let fact = Fact::ALL.into_iter().find(|fact| fact.name() == name);
    fact.map(|fact| (fact, rest)).ok_or_else(|| {
        let all = Fact::ALL.map(Fact::name).join(", ");
        format!("{name:?} is not a fact: write one of {all}, notes")
    })
}

/// Checks the value of a fact.
fn check(fact: Fact, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("{fact} has no value: leave the line out"));
    }
    match fact {
        Fact::Arity if value.parse::<i64>().is_err() => {
            Err(format!("{value:?} is not an arity: write a whole number"))
        }
        Fact::Range => {
            let numbers: Option<Vec<i64>> =
                value.split(' ').map(|number| number.parse().ok()).collect();
            match numbers.is_some_and(|numbers| numbers.len() == 3) {
                true => Ok(()),
                false => Err(format!("{value:?} is not a range: write FIRST LAST STEP")),
            }
        }
        Fact::Keys => value.split(' ').try_for_each(|spec| spec.parse::<KeySpec>().map(drop)),
        _ => Ok(()),
    }
}
