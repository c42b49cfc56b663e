//! The contract of this project. Each case is two tests: one runs on a Redis inside the test process,
//! the other on a real Redis. Both must say what is recorded in `recordings`.
//!
//!     cargo test                                   the fast one; no Docker
//!     cargo test --features twincast/container     both; the real Redis is in a container
//!
//! A new or changed case is recorded, from a real Redis only:
//!
//!     TWINCAST_RECORD=1 cargo test --features twincast/container -- redis

use twincast::scene::pmessage;
use twincast::{Scene, Verdict, every_server};

#[every_server]
async fn should_deliver_what_a_pattern_matches(mut scene: Scene) -> Verdict {
    // Give your own code `scene.url("app")?`: it may connect with any client, as often as it likes.
    let alice = scene.subscriber("alice").await?;
    alice.psubscribe("order:*").await?;
    assert_eq!(scene.publish("order:42", "paid").await?, 1);
    assert_eq!(alice.next().await?, pmessage("order:*", "order:42", "paid"));
    scene.finish().await
}
