use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use socket2::{Domain, Socket, Type};

use crate::Error;

/// A TCP port that stays reserved until this is dropped, while the server listens on it.
///
/// The socket is bound but never listens. The system therefore gives the number to no process that
/// asks for a free port, but lets the server bind it, because both sockets set SO_REUSEADDR. The
/// BSDs also demand different addresses: this socket is bound to all of them, the server to
/// loopback.
#[derive(Debug)]
pub(super) struct Port {
    number: u16,
    /// One for the port, and one for the cluster bus if there is one.
    sockets: Vec<Socket>,
}

/// The port of the cluster bus is that of the node plus this.
const BUS_OFFSET: u16 = 10_000;

/// How many ports are tried until one is found whose bus port is free too. Most are.
const MAX_ATTEMPTS: usize = 100;

impl Port {
    /// Reserves `wanted`, or any free port.
    pub(super) fn reserve(wanted: Option<u16>) -> Result<Self, Error> {
        bind_shared(wanted.unwrap_or(0)).map_err(|reason| match wanted {
            Some(port) => Error::PortTaken { port, reason },
            None => Error::io("reserve a port")(reason),
        })
    }

    /// The same for a cluster node, whose bus needs a second port.
    pub(super) fn reserve_pair(wanted: Option<u16>) -> Result<Self, Error> {
        if let Some(port) = wanted.filter(|port| port.checked_add(BUS_OFFSET).is_none()) {
            return Err(Error::NoPortForBus { port });
        }
        // Rejected ports stay reserved during the search, so that none is tried twice.
        let mut rejected = Vec::new();
        loop {
            let mut port = Self::reserve(wanted)?;
            let bind_bus = if wanted.is_some() { bind_shared } else { bind_exclusive };
            let bus = match port.number.checked_add(BUS_OFFSET) {
                Some(bus) => bind_bus(bus).map_err(|reason| Error::PortTaken { port: bus, reason }),
                None => Err(Error::NoPortForBus { port: port.number }),
            };
            match bus {
                Ok(bus) => {
                    port.sockets.extend(bus.sockets);
                    return Ok(port);
                }
                Err(error) if wanted.is_some() || rejected.len() == MAX_ATTEMPTS => {
                    return Err(error);
                }
                Err(_) => rejected.push(port),
            }
        }
    }

    pub(super) fn number(&self) -> u16 {
        self.number
    }
}

/// Binds a port even if another socket is bound to it without listening, or if old connections are
/// still in TIME_WAIT.
fn bind_shared(number: u16) -> io::Result<Port> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    bind(socket, number)
}

/// Binds a port that no other socket is bound to. [`bind_shared`] with a given number would also
/// succeed on a port that another test has reserved.
fn bind_exclusive(number: u16) -> io::Result<Port> {
    let port = bind(Socket::new(Domain::IPV4, Type::STREAM, None)?, number)?;
    port.sockets.iter().try_for_each(|socket| socket.set_reuse_address(true))?;
    Ok(port)
}

fn bind(socket: Socket, number: u16) -> io::Result<Port> {
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, number)).into())?;
    let number = socket.local_addr()?.as_socket_ipv4().map_or(number, |addr| addr.port());
    Ok(Port { number, sockets: vec![socket] })
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        net::{Shutdown, TcpListener, TcpStream},
    };

    use socket2::SockRef;

    use super::*;

    #[test]
    fn should_let_a_server_listen_on_a_reserved_port_again_and_again() {
        let port = Port::reserve(None).unwrap();
        for _ in 0..3 {
            // The standard library sets SO_REUSEADDR on Unix, as Redis does.
            let server = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).unwrap();
            let client = TcpStream::connect(server.local_addr().unwrap()).unwrap();
            let accepted = server.accept().unwrap();
            // A program that another test starts holds a copy of the listener until it runs.
            let _ = SockRef::from(&server).shutdown(Shutdown::Both);
            drop((accepted, client, server));
            assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port.number())).is_err());
        }
    }

    #[test]
    fn should_never_hand_out_one_port_twice() {
        let ports: Vec<_> = (0..200).map(|_| Port::reserve(None).unwrap()).collect();
        let numbers: HashSet<_> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), ports.len());

        let others: Vec<_> = (0..200).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        assert!(others.iter().all(|l| !numbers.contains(&l.local_addr().unwrap().port())));
    }

    #[test]
    fn should_reserve_the_port_of_the_bus_too() {
        let port = Port::reserve_pair(None).unwrap();
        let bus = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number() + BUS_OFFSET)).unwrap();
        drop(bus);
        let error = Port::reserve_pair(Some(60_000)).unwrap_err();
        assert!(matches!(error, Error::NoPortForBus { port: 60_000 }), "{error}");
    }

    #[test]
    fn should_not_share_what_another_has_reserved() {
        let other = Port::reserve(None).unwrap();
        assert!(bind_exclusive(other.number()).is_err());
        // Not the number just freed: another test may hold it already.
        let alone = bind_exclusive(0).unwrap();
        assert!(bind_exclusive(alone.number()).is_err());
        drop(TcpListener::bind((Ipv4Addr::LOCALHOST, alone.number())).unwrap());
    }

    #[test]
    fn should_name_the_port_that_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = listener.local_addr().unwrap().port();
        let error = Port::reserve(Some(taken)).unwrap_err();
        assert!(matches!(error, Error::PortTaken { port, .. } if port == taken), "{error}");
    }
}
