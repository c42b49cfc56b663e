use std::str::FromStr;

use crate::Error;

/// `redis://[[user]:password@]host[:port][/database][?query]`.
///
/// Database and query are ignored here, for Pub/Sub has no databases; a client gets the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    text: String,
    user: Option<String>,
    password: Option<String>,
    host: String,
    port: u16,
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

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
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
        "rediss" | "valkeys" => return Err("TLS is not supported"),
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
    Ok(Url { text: text.to_owned(), user, password, host: host.to_owned(), port })
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
    String::from_utf8(bytes).map_err(|_| "its user or password is not UTF-8")
}

fn redacted(text: &str) -> String {
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

    #[test]
    fn should_read_every_part_of_a_url() {
        let url = url("redis://al%69ce:p%40ss:w@example.org:7000/3?protocol=resp3");
        assert_eq!((url.host(), url.port()), ("example.org", 7000));
        assert_eq!((url.user(), url.password()), (Some("alice"), Some("p@ss:w")));
        assert_eq!(url.redacted(), "redis://al%69ce:***@example.org:7000/3?protocol=resp3");
    }

    #[test]
    fn should_fill_in_what_a_url_leaves_out() {
        let plain = url("redis://localhost");
        assert_eq!((plain.host(), plain.port()), ("localhost", 6379));
        assert_eq!((plain.user(), plain.password()), (None, None));
        let secret = url("valkey://:secret@[::1]:7000");
        assert_eq!((secret.host(), secret.port()), ("::1", 7000));
        assert_eq!((secret.user(), secret.password()), (None, Some("secret")));
        assert_eq!(url("redis://[::1]/0").port(), 6379);
    }

    #[test]
    fn should_say_what_is_wrong_without_telling_the_password() {
        for (text, reason) in [
            ("localhost:6379", "it has no scheme"),
            ("http://localhost", "its scheme is not redis"),
            ("rediss://localhost", "TLS is not supported"),
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
