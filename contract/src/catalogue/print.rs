use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::model::{Catalogue, CommandName, Fact, Facts};
use crate::conversation::ServerName;

const HEADER: &str = include_str!("header.txt");

/// The text of the file.
impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        for (name, server) in &self.servers {
            write!(f, "server {name}")?;
            if !server.unreported.is_empty() {
                let unreported: Vec<_> =
                    server.unreported.iter().map(|section| section.name()).collect();
                write!(f, " without {}", unreported.join(" "))?;
            }
            writeln!(f)?;
        }
        for name in self.names() {
            self.command(name, f)?;
        }
        Ok(())
    }
}

impl Catalogue {
    fn command(&self, name: &CommandName, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reporting = self.servers.iter().filter(|(_, server)| server.reports_command(name));
        let (mut having, mut lacking) = (BTreeMap::new(), Vec::new());
        for (server_name, server) in reporting {
            match server.commands.get(name) {
                Some(facts) => _ = having.insert(server_name, facts),
                None => lacking.push(server_name),
            }
        }
        match lacking.len() {
            0 => writeln!(f, "\n{name}")?,
            some if some < having.len() => writeln!(f, "\n{name} [!{}]", words(&lacking, " !"))?,
            _ => {
                let having: Vec<_> = having.keys().copied().collect();
                writeln!(f, "\n{name} [{}]", words(&having, " "))?;
            }
        }
        let facts: BTreeSet<Fact> =
            having.values().flat_map(|facts| facts.keys()).copied().collect();
        facts.into_iter().try_for_each(|fact| self.fact(fact, &having, f))
    }

    fn fact(
        &self,
        fact: Fact,
        having: &BTreeMap<&ServerName, &Facts>,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        // Groups are in the order of their first servers.
        let mut groups: Vec<(&str, Vec<&ServerName>)> = Vec::new();
        for (server, facts) in having {
            if !self.servers[*server].reports_fact(fact) {
                continue;
            }
            let value = facts.get(&fact).map_or("", String::as_str);
            match groups.iter_mut().find(|(other, _)| *other == value) {
                Some((_, servers)) => servers.push(server),
                None => groups.push((value, vec![server])),
            }
        }
        let usual = groups
            .iter()
            .max_by_key(|(_, servers)| (servers.len(), servers.iter().copied().map(rank).max()));
        let usual = usual.map_or("", |(value, _)| *value);
        if !usual.is_empty() {
            writeln!(f, "  {fact} {usual}")?;
        }
        for (value, servers) in groups.iter().filter(|(value, _)| *value != usual) {
            let space = if value.is_empty() { "" } else { " " };
            writeln!(f, "  [{}] {fact}{space}{value}", words(servers, " "))?;
        }
        Ok(())
    }
}

/// Breaks ties between values in favour of the newest Redis.
fn rank(server: &ServerName) -> (bool, &ServerName) {
    (server.product() == "redis", server)
}

fn words(servers: &[&ServerName], between: &str) -> String {
    let names: Vec<&str> = servers.iter().map(|server| server.as_str()).collect();
    names.join(between)
}
