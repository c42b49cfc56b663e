//! The URLs of a server, for clients.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// `redis://:password@127.0.0.1:6379`
pub(super) fn tcp(address: SocketAddr, password: Option<&[u8]>) -> String {
    let login = password.map(|password| format!(":{}@", escaped(password))).unwrap_or_default();
    format!("redis://{login}{}", connectable(address))
}

/// `redis+unix:///path?pass=password`
pub(super) fn unix(path: &Path, password: Option<&[u8]>) -> String {
    let login = password.map(|password| format!("?pass={}", escaped(password)));
    format!("redis+unix://{}{}", path.display(), login.unwrap_or_default())
}

/// An address that clients can connect to: the loopback interface if the server listens on all.
fn connectable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn escaped(password: &[u8]) -> String {
    let mut text = String::with_capacity(password.len());
    for byte in password {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
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
    fn should_name_an_address_that_can_be_connected_to() {
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 1));
        assert_eq!(tcp(everywhere, None), "redis://127.0.0.1:1");
    }
}
