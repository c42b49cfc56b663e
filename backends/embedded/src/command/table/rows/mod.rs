//! The rows of the registry, one file a family.
//!
//! To add a command: one row here, one handler in the file of its family.

mod acl;
mod build;
mod client;
mod cluster;
mod connection;
mod keyspace;
mod pubsub;
mod server;
mod transaction;

use super::Spec;

/// Every family.
pub(super) static FAMILIES: &[&[Spec]] = &[
    pubsub::ROWS,
    connection::ROWS,
    transaction::ROWS,
    server::ROWS,
    acl::ROWS,
    cluster::ROWS,
    keyspace::ROWS,
];
