//! The URLs of a server, for clients.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

use crate::state::config::connectable;

/// `redis://:password@127.0.0.1:6379`
pub(super) fn tcp(address: SocketAddr, password: Option<&[u8]>) -> String {
    let login =
        password.map(|password| format!(":{}@", escaped(password, b""))).unwrap_or_default();
    format!("redis://{login}{}", SocketAddr::new(connectable(address.ip()), address.port()))
}

/// `redis+unix:///path?pass=password&protocol=resp3`
pub(super) fn unix(path: &Path, password: Option<&[u8]>, protocol: Option<&str>) -> String {
    let pass = password.map(|password| format!("pass={}", escaped(password, b"")));
    let protocol = protocol.map(|protocol| format!("protocol={protocol}"));
    let query: Vec<_> = pass.into_iter().chain(protocol).collect();
    let separator = if query.is_empty() { "" } else { "?" };
    let path = escaped(path.as_os_str().as_encoded_bytes(), b"/");
    format!("redis+unix://{path}{separator}{}", query.join("&"))
}

/// Escapes every byte that may have a meaning in a URL, apart from those to keep.
fn escaped(bytes: &[u8], keep: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || keep.contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_escape_reserved_characters_in_passwords() {
        let address = SocketAddr::from(([127, 0, 0, 1], 6379));
        assert_eq!(tcp(address, Some(b"a@b:c/%")), "redis://:a%40b%3Ac%2F%25@127.0.0.1:6379");
    }

    #[test]
    fn should_escape_reserved_characters_in_paths() {
        let path = Path::new("/tmp/100% sure?/#1.sock");
        let escaped = "redis+unix:///tmp/100%25%20sure%3F/%231.sock";
        assert_eq!(unix(path, None, None), escaped);
        assert_eq!(unix(path, Some(b"a&b"), None), format!("{escaped}?pass=a%26b"));
        let resp3 = format!("{escaped}?pass=a%26b&protocol=resp3");
        assert_eq!(unix(path, Some(b"a&b"), Some("resp3")), resp3);
    }

    #[test]
    fn should_name_an_address_that_can_be_connected_to() {
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 1));
        assert_eq!(tcp(everywhere, None), "redis://127.0.0.1:1");
    }
}
