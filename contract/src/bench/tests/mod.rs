//! The checks of deliveries, on a server with faults on demand; and the output of a run.

mod accounting;
mod output;
