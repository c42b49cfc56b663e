//! The cases, one file a subject. All of them speak to real servers through real clients; none of
//! them touches a socket.

mod delivery;
mod errors;
mod lifecycle;
mod own_server;
mod patterns;
mod promises;
mod publish;
mod subscribers;
mod wrong_servers;
