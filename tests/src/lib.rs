//! The matrix of servers and clients on which every case of the contract runs. It holds no cases.
//!
//! A case applies one of the templates in `matrix`, and opens its
//! [`Scene`](twincast::scene::Scene) with the two arguments that the template passes:
//!
//! ```ignore
//! #[apply(every_client)]
//! async fn should_deliver_one_event(case: Context, target: Target) -> Verdict {
//!     let mut scene = target.open(&case)?;
//!     // …
//!     scene.finish().await
//! }
//! ```

mod matrix;
mod own_server;
mod profile;
mod target;

pub use matrix::{every_async_client, every_backend, every_client, every_own_server};
pub use rstest::{Context, rstest};
pub use rstest_reuse::apply;
pub use serial_test::file_serial;
pub use target::Target;

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
