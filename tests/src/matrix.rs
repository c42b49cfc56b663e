//! The templates. Each row is one test of every case that applies it, named after its backend and
//! client: `publish::should_deliver_one_event::case_4_redis_resp2`.
//!
//! The rows of a real server are ignored in a build without one, and shown as ignored: what a run
//! leaves out is in its output, with the command that runs it.

use rstest_reuse::template;

/// Every backend, with each client that can listen.
#[template]
#[export]
#[rstest]
#[case::embedded_resp2(On::EMBEDDED_RESP2)]
#[case::embedded_resp2_blocking(On::EMBEDDED_RESP2_BLOCKING)]
#[case::embedded_resp3(On::EMBEDDED_RESP3)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp2(On::REDIS_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp2_blocking(On::REDIS_RESP2_BLOCKING)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp3(On::REDIS_RESP3)]
#[tokio::test]
async fn every_client(#[context] case: Context, #[case] on: On) {}

/// Every backend, with each client that lives in a runtime: a blocking one has no task that could
/// be cancelled.
#[template]
#[export]
#[rstest]
#[case::embedded_resp2(On::EMBEDDED_RESP2)]
#[case::embedded_resp3(On::EMBEDDED_RESP3)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp2(On::REDIS_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp3(On::REDIS_RESP3)]
#[tokio::test]
async fn every_async_client(#[context] case: Context, #[case] on: On) {}

/// Every backend, once: the case is about the server, whoever listens.
#[template]
#[export]
#[rstest]
#[case::embedded(On::EMBEDDED_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis(On::REDIS_RESP2)]
#[tokio::test]
async fn every_backend(#[context] case: Context, #[case] on: On) {}

/// Every backend, with a server that nobody else uses: for cases that would disturb others. Own
/// servers take turns, also between processes, so there is at most one beside the shared one.
#[template]
#[export]
#[rstest]
#[case::embedded_own_server(On::EMBEDDED_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_own_server(On::REDIS_RESP2)]
#[tokio::test]
#[file_serial(own_server)]
async fn every_own_server(#[context] case: Context, #[case] on: On) {}
