use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Error;

/// `redis://[[user]:password@]host[:port][/database][?query]`, or
/// `redis+unix:///path[?user=user&pass=password]`.
///
/// Database and other queries are ignored here, for Pub/Sub has no databases; a client gets the
/// whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    text: String,
    user: Option<String>,
    password: Option<String>,
    place: Place,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Tcp { host: String, port: u16 },
    Unix(PathBuf),
}

impl Url {
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    pub(super) fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The URL without its password, which must not appear in a log.
    pub(super) fn redacted(&self) -> String {
        redacted(&self.text)
    }
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map_err(|reason| Error::InvalidUrl { url: redacted(text), reason })
    }
}

fn parse(text: &str) -> Result<Url, &'static str> {
    let (scheme, rest) = text.split_once("://").ok_or("it has no scheme")?;
    match scheme {
        "redis" | "valkey" => {}
        "redis+unix" | "valkey+unix" | "unix" => return parse_unix(text, rest),
        "rediss" | "valkeys" => {
            return Err(
                "TLS is not supported, so start a proxy that ends it, such as stunnel, and \
                        name the proxy",
            );
        }
        _ => return Err("its scheme is not redis"),
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (credentials, place) = match authority.rsplit_once('@') {
        Some((credentials, place)) => (Some(credentials), place),
        None => (None, authority),
    };
    let (user, password) = match credentials {
        Some(text) => {
            let (user, password) = text.split_once(':').ok_or("it has a user but no password")?;
            (Some(decode(user)?).filter(|user| !user.is_empty()), Some(decode(password)?))
        }
        None => (None, None),
    };
    let (host, port) = split_port(place)?;
    if host.is_empty() {
        return Err("it has no host");
    }
    let place = Place::Tcp { host: host.to_owned(), port };
    Ok(Url { text: text.to_owned(), user, password, place })
}

/// The path is absolute. Credentials are in the query, as `redis+unix` has no other place for them.
fn parse_unix(text: &str, rest: &str) -> Result<Url, &'static str> {
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !path.starts_with('/') {
        return Err("its path is not absolute");
    }
    let path = PathBuf::from(OsString::from_vec(decode_bytes(path)?));
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| decode(value)).transpose()
    };
    let (user, password) = (value("user")?, value("pass")?);
    Ok(Url { text: text.to_owned(), user, password, place: Place::Unix(path) })
}

/// An IPv6 address contains colons, so it is enclosed in brackets.
fn split_port(place: &str) -> Result<(&str, u16), &'static str> {
    const DEFAULT: u16 = 6379;
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or("its bracket is not closed")?;
        match port {
            "" => (host, None),
            _ => (host, Some(port.strip_prefix(':').ok_or("its bracket is not closed")?)),
        }
    } else {
        match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        }
    };
    match port.map(str::parse) {
        None => Ok((host, DEFAULT)),
        Some(Ok(port)) if port != 0 => Ok((host, port)),
        Some(_) => Err("its port is not a number from 1 to 65535"),
    }
}

fn decode(text: &str) -> Result<String, &'static str> {
    String::from_utf8(decode_bytes(text)?).map_err(|_| "its user or password is not UTF-8")
}

fn decode_bytes(text: &str) -> Result<Vec<u8>, &'static str> {
    const BROKEN: &str = "a percent sign is not followed by two hexadecimal digits";
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let (pair, after) = rest.split_at_checked(2).ok_or(BROKEN)?;
        let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(BROKEN);
        bytes.push((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
        rest = after;
    }
    Ok(bytes)
}

fn redacted(text: &str) -> String {
    if let Some((before, rest)) = text.split_once("pass=")
        && before.contains("unix://")
    {
        let end = rest.find(['&', '#']).unwrap_or(rest.len());
        return format!("{before}pass=***{}", &rest[end..]);
    }
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at);
    match text[start..end].rfind('@') {
        Some(at) => {
            let user = text[start..start + at].split(':').next().unwrap_or_default();
            format!("{}{user}:***{}", &text[..start], &text[start + at..])
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn tcp(url: &Url) -> (&str, u16) {
        let Place::Tcp { host, port } = url.place() else { panic!("{url:?}") };
        (host, *port)
    }

    #[test]
    fn should_read_every_part_of_a_url() {
        let url = url("redis://al%69ce:p%40ss:w@example.org:7000/3?protocol=resp3");
        assert_eq!(tcp(&url), ("example.org", 7000));
        assert_eq!((url.user(), url.password()), (Some("alice"), Some("p@ss:w")));
        assert_eq!(url.redacted(), "redis://al%69ce:***@example.org:7000/3?protocol=resp3");
    }

    #[test]
    fn should_fill_in_what_a_url_leaves_out() {
        let plain = url("redis://localhost");
        assert_eq!(tcp(&plain), ("localhost", 6379));
        assert_eq!((plain.user(), plain.password()), (None, None));
        let secret = url("valkey://:secret@[::1]:7000");
        assert_eq!(tcp(&secret), ("::1", 7000));
        assert_eq!((secret.user(), secret.password()), (None, Some("secret")));
        assert_eq!(tcp(&url("redis://[::1]/0")), ("::1", 6379));
    }

    #[test]
    fn should_read_the_path_and_the_password_of_a_unix_socket() {
        let url = url("redis+unix:///tmp/my%20redis.sock?user=al&pass=p%40ss&protocol=resp3");
        assert_eq!(*url.place(), Place::Unix("/tmp/my redis.sock".into()));
        assert_eq!((url.user(), url.password()), (Some("al"), Some("p@ss")));
        let redacted = "redis+unix:///tmp/my%20redis.sock?user=al&pass=***&protocol=resp3";
        assert_eq!(url.redacted(), redacted);
    }

    #[test]
    fn should_say_what_is_wrong_without_telling_the_password() {
        for (text, reason) in [
            ("localhost:6379", "it has no scheme"),
            ("http://localhost", "its scheme is not redis"),
            ("rediss://localhost", "TLS is not supported"),
            ("redis+unix://relative", "its path is not absolute"),
            ("redis://:6379", "it has no host"),
            ("redis://host:0", "its port is not a number from 1 to 65535"),
            ("redis://host:70000", "its port is not a number from 1 to 65535"),
            ("redis://[::1", "its bracket is not closed"),
            ("redis://alice@host", "it has a user but no password"),
            (
                "redis://alice:secret%4@host",
                "a percent sign is not followed by two hexadecimal digits",
            ),
        ] {
            let error = text.parse::<Url>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
