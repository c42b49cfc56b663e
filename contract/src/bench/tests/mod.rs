//! The accounting, on a server that errs as it is told to; and what is shown of a run.

mod accounting;
mod output;
