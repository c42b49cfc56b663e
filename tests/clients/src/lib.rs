//! See `tests/contract.rs`.
