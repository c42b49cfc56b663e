use std::net::SocketAddr;

/// The URL of a server, with another address.
pub(super) fn through(server: &str, at: SocketAddr) -> String {
    let authority = server.split_once("://").map_or(server, |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((user, _)) => format!("redis://{user}@{at}"),
        None => format!("redis://{at}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_keep_the_credentials_of_a_url() {
        let at = SocketAddr::from(([127, 0, 0, 1], 7000));
        for (server, expected) in [
            ("redis://10.0.0.1:6379", "redis://127.0.0.1:7000"),
            ("redis://me:p%40ss@10.0.0.1:6379/3", "redis://me:p%40ss@127.0.0.1:7000"),
            ("redis://:secret@host/?protocol=resp3", "redis://:secret@127.0.0.1:7000"),
        ] {
            assert_eq!(through(server, at), expected);
        }
    }
}
