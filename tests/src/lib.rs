//! The matrix that every case of the contract runs through. No case in here.
//!
//! A case applies one of the templates in `matrix` and opens its [`Scene`](twincast::scene::Scene)
//! with what it is given:
//!
//! ```ignore
//! #[apply(every_client)]
//! async fn should_deliver_one_event(case: Context, on: On) -> Verdict {
//!     let mut scene = on.open(&case)?;
//!     // …
//!     scene.finish().await
//! }
//! ```

mod imitation;
mod matrix;
mod on;
mod own;

pub use matrix::{every_async_client, every_backend, every_client, every_own_server};
pub use on::On;
pub use rstest::{Context, rstest};
pub use rstest_reuse::apply;
pub use serial_test::file_serial;

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
