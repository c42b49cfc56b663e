//! Tests of the contract's library and command with servers, sockets and files. They are one
//! program, so that tests that wait run beside the others.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod bench;
mod command;
mod explore;
mod kills;
mod ledger;
mod profiles;
mod replay;
mod support;
mod tap;
