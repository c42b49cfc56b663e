//! The matrix that every case of the contract runs through. No case in here.
//!
//! A case applies one of the [templates](matrix) and opens its [`Scene`](twincast::scene::Scene)
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

pub mod matrix;
mod on;

pub use on::On;
pub use rstest::{Context, rstest};
pub use rstest_reuse::apply;
