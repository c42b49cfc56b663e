//! The conversations of this repository, played on whom they are about: what a server said when it
//! was recorded, it still says, and so does the embedded server in its place.

use std::path::Path;

use crate::support::program::{stderr, stdout, twincast};
use rstest::rstest;
use serial_test::serial;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// One after the other: each of them keeps all processors busy.
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

/// The server in the container of this run, with the scenarios too.
#[cfg(feature = "container")]
mod container {
    use std::fs;
    use std::process::Command;

    use twincast_redis::container::Image;

    use super::*;

    #[test]
    fn should_still_say_what_was_recorded() {
        // Hundreds of conversations want a server to themselves, which without Docker starts in
        // milliseconds: the one out of the same image.
        let image = Image::from_env().to_string();
        let unpacked =
            Command::new(repository().join("ci/images")).args(["unpack", &image]).output().unwrap();
        assert!(unpacked.status.success(), "{}", stderr(&unpacked));
        let own = format!("process:{}", stdout(&unpacked).trim());

        let words = ["verify", "--against", "container", "--own-server", &own];
        let output = twincast(repository(), &words);
        let told = stderr(&output);
        let (_, rest) = told.split_once("container (").unwrap_or_else(|| panic!("{told}"));
        let server = rest.split([',', ')']).next().unwrap();
        if was_recorded(server) {
            assert_eq!(output.status.code(), Some(0), "{told}{}", stdout(&output));
        } else {
            // A version that nobody has asked may differ, and is shown with all its differences.
            assert_ne!(output.status.code(), Some(2), "{told}{}", stdout(&output));
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
