//! The pages that the built program writes: whole files, as a reader without a script sees them, and
//! in a real browser.

mod browser;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::ScriptedServer;
use crate::support::program::{ProcessId, repository, stderr, stdout, twincast};

const HELD: &str = "# Should answer PING\n# recorded from redis 8.0.2\n\na> PING\na< +PONG\n";
const BROKEN: &str = "# Should break\n# recorded from redis 8.0.2\n\na> PING\na< +PING\n";
/// Names that would end a script or an attribute, if they were not escaped; and bytes that are no
/// text.
const HOSTILE: &str = "# Should survive <b>&\"'\n# recorded from redis 8.0.2\n\n\
                       a> SUBSCRIBE </script> \"\\\"><img src=x>\" \"\\xff\\x00\"\n\
                       a< [\"subscribe\" \"</script>\" 7]\n";

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// Asserts that a page is whole, and loads nothing.
#[track_caller]
fn assert_whole(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>"), "{page:.100}");
    assert!(page.trim_end().ends_with("</body></html>"), "the page is cut off");
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(page.matches("</script>").count(), 1);
    for loaded in [" src=\"", "url(", "@import", "href=\"http"] {
        assert!(!page.contains(loaded), "the page loads something: {loaded}");
    }
}

#[test]
fn should_write_what_broke_as_a_page() {
    let root = repository(&[("a_held", HELD), ("b_broken", BROKEN), ("c_hostile", HOSTILE)]);
    let output = twincast(root.path(), &["verify", "--report", "html=out/run.html"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let page = read(root.path().join("out/run.html"));
    assert_whole(&page);
    for part in [
        "✗ 2 promises are broken (3 violations).",
        "<article id=\"conversations/basics/b_broken\" data-item data-kind=\"broken\">",
        "<b>different answer</b>: an answer differs from the expected one",
        "<em>expected</em><b>a receives</b><code>+PING</code>",
        "<em>got</em><b>a receives</b><code>+PONG</code>",
        "data-copy=\"twincast verify tests/conversations/basics/b_broken.twin\"",
        "Should survive &lt;b&gt;&amp;&quot;'",
        "SUBSCRIBE &lt;/script&gt;",
        "\\xff\\x00",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
}

#[test]
fn should_say_that_every_promise_is_kept() {
    let root = repository(&[("a_held", HELD)]);
    twincast(root.path(), &["verify", "--report", "html=run.html"]);
    let page = read(root.path().join("run.html"));
    assert_whole(&page);
    assert!(
        page.contains("✓ Every promise that was judged is kept: 1 conversation holds."),
        "{page}"
    );
    assert!(!page.contains("What broke"), "{page}");
}

#[test]
fn should_have_a_whole_page_whenever_the_run_is_killed() {
    let names: Vec<String> = (0..40).map(|nth| format!("should_answer_{nth:03}")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, HELD)).collect();
    let root = repository(&files);
    let program = ProcessId::default();
    let id = program.clone();
    let mut answers = 0;
    let server = ScriptedServer::redis_with_hook(move || {
        answers += 1;
        if answers == 30 {
            id.signal("KILL");
        }
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(["verify", "--against", &format!("redis://{}", server.address)]);
    command.args(["--report", "html=run.html"]).current_dir(&root);
    let mut running = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    program.set(&running);
    running.wait().unwrap();

    let page = read(root.path().join("run.html"));
    assert_whole(&page);
    assert!(page.contains("not judged when this was written"), "{page}");
    assert_eq!(page.matches("data-counted").count(), 40, "every case is named");
}

#[test]
fn should_write_findings_and_measurements_as_pages() {
    let root = repository(&[]);
    let url = format!("redis://{}", ScriptedServer::redis().address);
    let words = ["explore", "--against", "embedded:redis-8.0", "--reference", &url, "--own"];
    let more = ["--seed", "1", "--minutes", "0.05", "--report", "html=explored.html"];
    let output = twincast(root.path(), &[&words[..], &more].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let page = read(root.path().join("explored.html"));
    assert_whole(&page);
    assert!(page.contains("1 promise is broken"), "{page}");
    assert!(page.contains("--seed 1 --conversation "), "{page}");

    let words = ["bench", "--rounds", "1", "--seconds", "0.01", "--load", "fan-10"];
    let output = twincast(root.path(), &[&words[..], &["--report", "html=bench.html"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = read(root.path().join("bench.html"));
    assert_whole(&page);
    assert!(page.contains("<th scope=\"row\">no server</th>"), "{page}");
}

#[test]
fn should_show_a_conversation_by_a_part_of_its_name() {
    let root = repository(&[("should_answer", HELD), ("should_break", BROKEN)]);
    let shown = twincast(root.path(), &["show", "should_ans", "--width", "40"]);
    assert_eq!(
        stdout(&shown),
        "Should answer PING\nrecorded from redis 8.0.2\n\n         a\n         │\n       \
         4 → PING\n       5 ← +PONG\n"
    );
    let several = twincast(root.path(), &["show", "should"]);
    assert_eq!(several.status.code(), Some(2));
    let said = stderr(&several);
    assert!(said.contains("2 conversations have \"should\" in their name"), "{said}");
    let none = stderr(&twincast(root.path(), &["show", "nothing"]));
    assert!(none.contains("none of 2 conversations has \"nothing\" in its name"), "{none}");
    let other = stderr(&twincast(root.path(), &["show", "should_ans", "--server", "redis-9.0"]));
    assert!(other.contains("no answers of \"redis-9.0\"; it has those of redis-8.0"), "{other}");

    let words = ["show", "tests/conversations/basics/should_break.twin", "--html", "out/a.html"];
    assert_eq!(twincast(root.path(), &words).status.code(), Some(0));
    assert_whole(&read(root.path().join("out/a.html")));
}

#[test]
fn should_write_a_site_with_the_differences_between_servers() {
    let differing = "# Should differ\n# recorded from redis 8.0.2, valkey 8.1.1\n\n\
                     a> PING\na< +PONG\non valkey-8.1\n  a< +PANG\nend\n";
    let root = repository(&[("should_answer", HELD), ("should_differ", differing)]);
    let output = twincast(root.path(), &["differences", "--html", "site"]);
    assert_eq!(stdout(&output), "wrote 3 pages: site/index.html\n");
    let index = read(root.path().join("site/index.html"));
    assert_whole(&index);
    assert!(index.contains("<pre>a&lt; +PANG</pre>"), "{index}");
    assert_whole(&read(root.path().join("site/conversations/basics.should_differ.html")));
}
