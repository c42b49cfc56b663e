use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use socket2::{Domain, Socket, Type};

use crate::Error;

/// A TCP port that is ours until this is dropped, although another process listens on it.
///
/// The socket is bound and never listens. The system therefore gives the number to nobody who
/// asks for a free port, and still lets the server bind it, because both sides set SO_REUSEADDR.
/// It is bound to every address and the server to loopback, which the BSDs demand.
#[derive(Debug)]
pub(super) struct Port {
    number: u16,
    _held: Socket,
}

impl Port {
    /// Reserves `wanted`, or any free port.
    pub(super) fn reserve(wanted: Option<u16>) -> Result<Self, Error> {
        hold(wanted.unwrap_or(0)).map_err(|source| match wanted {
            Some(port) => Error::PortTaken { port, source },
            None => Error::io("reserve a port")(source),
        })
    }

    pub(super) fn number(&self) -> u16 {
        self.number
    }
}

fn hold(number: u16) -> io::Result<Port> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, number)).into())?;
    let number = socket.local_addr()?.as_socket_ipv4().map_or(number, |addr| addr.port());
    Ok(Port { number, _held: socket })
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        net::{TcpListener, TcpStream},
    };

    use super::*;

    #[test]
    fn should_let_a_server_listen_on_a_reserved_port_again_and_again() {
        let port = Port::reserve(None).unwrap();
        for _ in 0..3 {
            // The standard library sets SO_REUSEADDR on Unix, as Redis does.
            let server = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).unwrap();
            let client = TcpStream::connect(server.local_addr().unwrap()).unwrap();
            drop((server.accept().unwrap(), client, server));
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
    fn should_name_the_port_that_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = listener.local_addr().unwrap().port();
        let error = Port::reserve(Some(taken)).unwrap_err();
        assert!(matches!(error, Error::PortTaken { port, .. } if port == taken), "{error}");
    }
}
