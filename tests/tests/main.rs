//! The cases, one file a subject. All of them speak to real servers through real clients; none of
//! them touches a socket. `wire` and `servers` keep the lists of what servers answer, and of whom
//! was asked, true to the conversations, and `globs` the matrix of patterns without gaps; `stops`
//! plays cases in a process that is stopped now and then.

mod delivery;
mod errors;
mod globs;
mod lifecycle;
mod own_server;
mod patterns;
mod promises;
mod publish;
mod servers;
mod stops;
mod subscribers;
mod wire;
mod wrong_servers;
