//! Publishes a container's port, and finds its address as seen from this process.

use std::{
    collections::HashMap,
    env,
    net::{Ipv4Addr, SocketAddr, ToSocketAddrs},
    path::Path,
};

use testcontainers_modules::{
    redis::REDIS_PORT,
    testcontainers::bollard::models::{ContainerInspectResponse, HostConfig, PortBinding},
};

/// Publishes the server's port at a port that the engine chooses. The server has no password, so
/// the port is published on loopback only if this process runs on the engine's host.
pub(super) fn publish(host: &mut HostConfig) {
    let is_local = remote_host().is_none() && !in_container();
    let ip = if is_local { Ipv4Addr::LOCALHOST } else { Ipv4Addr::UNSPECIFIED };
    let binding = PortBinding { host_ip: Some(ip.to_string()), host_port: None };
    host.publish_all_ports = Some(false);
    host.port_bindings = Some(HashMap::from([(port(), Some(vec![binding]))]));
}

/// The address of the server in a running container; `None` if its port is not published or the
/// engine's host has no address.
pub(super) fn addr(container: &ContainerInspectResponse) -> Option<SocketAddr> {
    let network = container.network_settings.as_ref()?;
    let bindings = network.ports.as_ref()?.get(&port())?.as_ref()?;
    let number: u16 = bindings.first()?.host_port.as_ref()?.parse().ok()?;

    let host = match remote_host() {
        Some(host) => host,
        // This process runs in a container itself: the gateway of its network is the engine's host.
        None if in_container() => {
            let mut networks = network.networks.as_ref()?.values();
            networks.find_map(|one| one.gateway.clone().filter(|gateway| !gateway.is_empty()))?
        }
        None => Ipv4Addr::LOCALHOST.to_string(),
    };
    (host.as_str(), number).to_socket_addrs().ok()?.next()
}

fn port() -> String {
    format!("{REDIS_PORT}/tcp")
}

/// The host that DOCKER_HOST names, if the engine is reached over a network.
fn remote_host() -> Option<String> {
    host_of(&env::var("DOCKER_HOST").ok()?)
}

fn host_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "tcp" | "http" | "https") {
        return None;
    }
    let authority = rest.split('/').next()?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => authority,
    };
    Some(host.trim_matches(['[', ']']).to_owned())
}

fn in_container() -> bool {
    Path::new("/.dockerenv").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_find_the_host_of_an_engine_on_the_network() {
        assert_eq!(host_of("tcp://build.example:2375").as_deref(), Some("build.example"));
        assert_eq!(host_of("https://build.example").as_deref(), Some("build.example"));
        assert_eq!(host_of("tcp://[::1]:2375").as_deref(), Some("::1"));
        assert_eq!(host_of("unix:///var/run/docker.sock"), None);
    }
}
