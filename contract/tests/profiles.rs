//! The conversations of this repository. A server still answers as it did when it was recorded, and
//! the embedded server with its profile answers in the same way.

use std::path::Path;

use crate::support::program::{stderr, stdout, twincast};
use rstest::rstest;
use serial_test::serial;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// These run one after the other, because each keeps all processors busy.
#[rstest]
#[serial]
#[case::redis_6_2("embedded:redis-6.2")]
#[case::redis_7_0("embedded:redis-7.0")]
#[case::redis_7_2("embedded:redis-7.2")]
#[case::redis_8_0("embedded:redis-8.0")]
#[case::redis_8_2("embedded:redis-8.2")]
#[case::redis_8_6("embedded:redis-8.6")]
#[case::redis_8_10("embedded:redis-8.10")]
#[case::valkey_8_0("embedded:valkey-8.0")]
#[case::valkey_8_1("embedded:valkey-8.1")]
#[case::valkey_9_1("embedded:valkey-9.1")]
fn should_answer_as(#[case] server: &str) {
    let words = ["verify", "--against", server, "tests/conversations"];
    let output = twincast(repository(), &words);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stdout(&output).contains(" held, 0 broken, 0 failed, 0 ignored"),
        "{}",
        stdout(&output)
    );
}

/// The server in the container of this run, which also plays the recordings of scenarios.
#[cfg(feature = "container")]
mod container {
    use std::fs;
    use std::process::Command;

    use twincast_redis::container::Image;

    use super::*;

    #[test]
    fn should_still_give_the_recorded_answers() {
        // Hundreds of conversations need a server of their own. The binary of the same image starts
        // in milliseconds without Docker.
        let image = Image::from_env().to_string();
        let unpacked =
            Command::new(repository().join("ci/images")).args(["unpack", &image]).output().unwrap();
        assert!(unpacked.status.success(), "{}", stderr(&unpacked));
        let own = format!("process:{}", stdout(&unpacked).trim());

        let words = ["verify", "--against", "container", "--own-server", &own];
        let output = twincast(repository(), &words);
        let reported = stderr(&output);
        let (_, rest) = reported.split_once("container (").unwrap_or_else(|| panic!("{reported}"));
        let server = rest.split([',', ')']).next().unwrap();
        if was_recorded(server) {
            assert_eq!(output.status.code(), Some(0), "{reported}{}", stdout(&output));
        } else {
            // A version that was not recorded may differ, and the report shows how.
            assert_ne!(output.status.code(), Some(2), "{reported}{}", stdout(&output));
        }
        assert!(stdout(&output).contains(" 0 failed, "), "{}", stdout(&output));
    }

    /// Whether exactly this server was recorded.
    fn was_recorded(server: &str) -> bool {
        let any = "tests/conversations/publishing/should_count_deliveries.twin";
        let text = fs::read_to_string(repository().join(any)).unwrap();
        let servers = text.lines().find_map(|line| line.strip_prefix("# recorded from ")).unwrap();
        servers.split(", ").any(|recorded| recorded == server)
    }
}
