//! The templates. Each row is one test of every case that applies the template, and is named after
//! its backend and client: `publish::should_deliver_one_event::case_4_redis_resp2`.
//!
//! A build without a real server shows the rows that need one as ignored, with the command that
//! runs them.

use rstest_reuse::template;

/// Every backend, with each kind of client.
#[template]
#[export]
#[rstest]
#[case::embedded_resp2(Target::EMBEDDED_RESP2)]
#[case::embedded_resp2_blocking(Target::EMBEDDED_RESP2_BLOCKING)]
#[case::embedded_resp3(Target::EMBEDDED_RESP3)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp2(Target::REDIS_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp2_blocking(Target::REDIS_RESP2_BLOCKING)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp3(Target::REDIS_RESP3)]
#[tokio::test]
async fn every_client(#[context] case: Context, #[case] target: Target) {}

/// Every backend, with each async client: a blocking client has no task that could be cancelled.
#[template]
#[export]
#[rstest]
#[case::embedded_resp2(Target::EMBEDDED_RESP2)]
#[case::embedded_resp3(Target::EMBEDDED_RESP3)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp2(Target::REDIS_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_resp3(Target::REDIS_RESP3)]
#[tokio::test]
async fn every_async_client(#[context] case: Context, #[case] target: Target) {}

/// Every backend, with one client: the case is about the server only.
#[template]
#[export]
#[rstest]
#[case::embedded(Target::EMBEDDED_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis(Target::REDIS_RESP2)]
#[tokio::test]
async fn every_backend(#[context] case: Context, #[case] target: Target) {}

/// Every backend, with a server that no other case uses: for cases that would disturb others. These
/// cases run one at a time, across processes too, so there is at most one such server at a time.
#[template]
#[export]
#[rstest]
#[case::embedded_own_server(Target::EMBEDDED_RESP2)]
#[cfg_attr(not(feature = "redis"), ignore = "needs a real Redis: just test-all")]
#[case::redis_own_server(Target::REDIS_RESP2)]
#[tokio::test]
#[file_serial(own_server)]
async fn every_own_server(#[context] case: Context, #[case] target: Target) {}
