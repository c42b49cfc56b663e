//! The cases, one file a subject. All of them speak to real servers through real clients; none of
//! them touches a socket. `wire` keeps the list of what servers answer true to the conversations.

mod delivery;
mod errors;
mod lifecycle;
mod own_server;
mod patterns;
mod promises;
mod publish;
mod subscribers;
mod wire;
mod wrong_servers;
