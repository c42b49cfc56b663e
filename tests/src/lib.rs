//! This package consists of cases: see `tests/`. The library only compiles the README's examples.

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
