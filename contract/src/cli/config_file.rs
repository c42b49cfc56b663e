//! A file of parameters for the embedded server, with the syntax of `redis.conf`.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use twincast_embedded::Builder;

/// Sets the parameters of a file. The error of a line names its place.
pub(super) fn apply(path: &Path, builder: Builder) -> Result<Builder> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read {}; correct `--config`", path.display()))?;
    set_all(&text, builder).map_err(|(line, error)| {
        anyhow!("{}:{line}: {error:#}; correct or remove the line", path.display())
    })
}

/// Sets all parameters, or returns the number of the first bad line.
fn set_all(text: &str, mut builder: Builder) -> Result<Builder, (usize, anyhow::Error)> {
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if !line.is_empty() && !line.starts_with('#') {
            builder = set(line, builder).map_err(|error| (number, error))?;
        }
    }
    Ok(builder)
}

/// Sets the parameter of one line. The builder has methods of its own for places to listen on.
fn set(line: &str, builder: Builder) -> Result<Builder> {
    let words = shlex::split(line).context("a quotation mark is not closed")?;
    let Some((name, values)) = words.split_first() else { return Ok(builder) };
    let value = values.join(" ");
    if values.is_empty() {
        bail!("'{name}' has no value");
    }
    Ok(match name.to_ascii_lowercase().as_str() {
        "port" => builder.port(value.parse().with_context(|| format!("'{value}' is no port"))?),
        "bind" => builder.bind(address(values)?),
        "unixsocket" => builder.unix_path(value),
        name => builder.parameter(name, &value)?,
    })
}

/// The address of a `bind` line, which is the only one, or the first of those of one interface.
///
/// An address that begins with `-` may be missing on a machine, so it is left out.
fn address(values: &[String]) -> Result<IpAddr> {
    let mut needed = values.iter().filter(|value| !value.starts_with('-'));
    match (needed.next(), needed.next()) {
        (Some(address), None) if address == "*" => Ok(IpAddr::from([0; 4])),
        (Some(address), None) => {
            address.parse().with_context(|| format!("'{address}' is no address"))
        }
        _ => bail!("the embedded server listens on one address"),
    }
}

#[cfg(test)]
mod tests {
    use twincast_embedded::EmbeddedRedis;

    use super::*;

    fn failure(text: &str) -> (usize, String) {
        let (line, error) = set_all(text, EmbeddedRedis::builder()).unwrap_err();
        (line, format!("{error:#}"))
    }

    #[test]
    fn should_set_what_the_lines_say() {
        let text = "# a comment\n\n  BIND 127.0.0.1 -::1\nrequirepass \"se cret\"\n\
                    client-output-buffer-limit pubsub 1mb 0 0\nport 0\n";
        let server = set_all(text, EmbeddedRedis::builder()).unwrap().start().unwrap();
        assert!(server.url().starts_with("redis://:se%20cret@127.0.0.1:"), "{}", server.url());
    }

    #[test]
    fn should_name_the_line_and_the_reason() {
        for (text, line, reason) in [
            ("timeout 5\nnosuch 1", 2, "no such parameter"),
            ("port many", 1, "'many' is no port"),
            ("\n\nrequirepass \"open", 3, "not closed"),
            ("timeout", 1, "'timeout' has no value"),
            ("timeout x", 1, "couldn't be parsed into an integer"),
            ("appendonly yes", 1, "knows no value but 'no'"),
            ("bind 127.0.0.1 10.0.0.1", 1, "one address"),
            ("bind localhost", 1, "'localhost' is no address"),
        ] {
            let (at, error) = failure(text);
            assert_eq!(at, line, "{text}");
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
