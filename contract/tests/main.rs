//! What the contract's library and command do with servers, sockets and files. One program, so that
//! what waits does not keep the rest waiting.

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
