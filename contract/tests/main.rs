//! Tests of the contract's library and command with servers, sockets and files. They are one
//! program, so that tests that wait run beside the others.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod anywhere;
mod bench;
mod command;
mod explore;
mod init;
mod kills;
mod ledger;
mod pages;
mod profiles;
mod replay;
mod run;
mod support;
mod tap;
