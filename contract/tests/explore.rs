//! The explorer, with servers that have a known fault.

use crate::support::ScriptedServer;
use crate::support::program::{repository, stderr, stdout, twincast};
use bytes::Bytes;
use twincast::wire::ClientInput;
use twincast_embedded::EmbeddedRedis;

/// A server that calls itself Redis 8.0.2, and knows PSUBSCRIBE with one pattern, PUBLISH and
/// RESET. `delivered` is the kind of its messages to patterns, and `reset` its answer to RESET.
fn server(delivered: &'static str, reset: &'static str) -> String {
    let mut subscribed: Vec<(usize, Bytes)> = Vec::new();
    let server = ScriptedServer::start(move |me, input| {
        let ClientInput::Request(words) = input else {
            return vec![(me, b"-ERR no line\r\n".to_vec())];
        };
        let answer = match &words[..] {
            [psubscribe, pattern] if psubscribe == "PSUBSCRIBE" => {
                subscribed.push((me, pattern.clone()));
                [&b"*3\r\n$10\r\npsubscribe\r\n"[..], &bulk(pattern), b":1\r\n"].concat()
            }
            [publish, channel, payload] if publish == "PUBLISH" => {
                let mut replies = Vec::new();
                for (client, pattern) in subscribed.iter().filter(|(_, pattern)| pattern == "*") {
                    let head = format!("*4\r\n${}\r\n{delivered}\r\n", delivered.len());
                    let message =
                        [head.as_bytes(), &bulk(pattern), &bulk(channel), &bulk(payload)].concat();
                    replies.push((*client, message));
                }
                replies.push((me, format!(":{}\r\n", replies.len()).into_bytes()));
                return replies;
            }
            [flushall] if flushall == "FLUSHALL" => {
                subscribed.clear();
                b"+OK\r\n".to_vec()
            }
            [request] if request == "RESET" => format!("+{reset}\r\n").into_bytes(),
            [request] if request == "PING" => b"+PONG\r\n".to_vec(),
            [request, _] if request == "INFO" => bulk(b"redis_version:8.0.2\r\n"),
            _ => b"-ERR\r\n".to_vec(),
        };
        vec![(me, answer)]
    });
    format!("redis://{}", server.address)
}

fn bulk(bytes: &[u8]) -> Vec<u8> {
    [format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

#[test]
fn should_find_no_difference_between_equal_servers() {
    let (subject, reference) = (server("pmessage", "RESET"), server("pmessage", "RESET"));
    let root = repository(&[]);
    let mut words = vec!["explore", "--against", &subject, "--reference", &reference, "--own"];
    words.extend(["--seed", "1", "--minutes", "0.005"]);
    let output = twincast(root.path(), &words);
    assert_eq!(output.status.code(), Some(0), "{}\n{}", stderr(&output), stdout(&output));
    let reported = stderr(&output);
    let servers = format!("{subject} (redis 8.0.2) against {reference} (redis 8.0.2): seed 1\n");
    assert!(reported.starts_with(&servers), "{reported}");
    assert!(
        reported.contains("a minute)") && reported.contains("0 differences found"),
        "{reported}"
    );
    assert_eq!(stdout(&output), "");
}

#[test]
fn should_shrink_a_finding_as_far_as_possible() {
    let reference = server("pmessage", "RESET");
    for (delivered, reset, least) in [
        ("pmessage", "REZET", "a> RESET\na< +RESET\n"),
        (
            "message",
            "RESET",
            "a> PSUBSCRIBE *\na< [\"psubscribe\" \"*\" 1]\n\na> PUBLISH a a\n\
             a< [\"pmessage\" \"*\" \"a\" \"a\"]\na< 1\n",
        ),
    ] {
        let subject = server(delivered, reset);
        let root = repository(&[]);
        let mut words = vec!["explore", "--against", &subject, "--reference", &reference, "--own"];
        words.extend(["--seed", "3", "--keep", "kept"]);
        let output = twincast(root.path(), &words);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let found = stdout(&output);
        let (head, turns) = found.split_once("\n\n").unwrap();
        assert_eq!(turns.trim_end(), least.trim_end(), "{found}");
        assert!(head.contains("# recorded from redis 8.0.2"), "{head}");

        // The kept file is a conversation that shows the same difference.
        let kept = std::fs::read_dir(root.path().join("kept")).unwrap().next().unwrap().unwrap();
        let name = kept.file_name().into_string().unwrap();
        assert!(name.starts_with("explored_3_") && name.ends_with(".twin"), "{name}");
        let file = format!("kept/{name}");
        let verify = |server: &str| {
            twincast(root.path(), &["verify", "--against", server, &file]).status.code()
        };
        assert_eq!(verify(&server("pmessage", "RESET")), Some(0));
        assert_eq!(verify(&server(delivered, reset)), Some(1));

        // The conversation alone repeats the finding.
        let nth = name.trim_end_matches(".twin").rsplit('_').next().unwrap().to_owned();
        words.truncate(words.len() - 2);
        words.extend(["--conversation", &nth]);
        assert_eq!(stdout(&twincast(root.path(), &words)), found);
        assert!(stderr(&output).contains(&format!("--seed 3 --conversation {nth} --own")));
    }
}

#[test]
fn should_refuse_a_reference_that_is_shared_or_not_real() {
    let embedded = EmbeddedRedis::start().unwrap();
    let url = embedded.url();
    let root = repository(&[]);
    for (words, part) in [
        (&["explore", "--reference", "embedded"][..], "imitated: it is not a real server"),
        (&["explore", "--reference", &url, "--own"], "imitated: it is not a real server"),
        (&["explore", "--reference", &url], "pass --own"),
        (&["explore", "--reference", "process:/nowhere"], "/nowhere"),
        (&["explore", "--minutes", "0"], "it must be more than 0"),
    ] {
        let output = twincast(root.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(part), "{words:?}: {}", stderr(&output));
    }
}
