//! The pages in a real browser: `just pages` runs these.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{BROKEN, HELD, HOSTILE, read};
use crate::support::program::{repository, twincast};

/// Names the browser, a Chromium.
const VARIABLE: &str = "TWINCAST_BROWSER";

/// The page as a browser shows it.
struct Opened {
    /// The document after its scripts have run.
    dom: String,
    /// The lines on the console: errors, and everything that the page was not allowed to
    /// load.
    console: Vec<String>,
}

/// Opens a page at this address within it.
fn open(page: &Path, hash: &str) -> Opened {
    let browser = std::env::var(VARIABLE).expect("TWINCAST_BROWSER names a browser: just pages");
    let profile = TempDir::new().unwrap();
    let mut command = Command::new(browser);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]);
    command.args(["--disable-background-networking", "--enable-logging=stderr", "--dump-dom"]);
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    command.arg(format!("file://{}{hash}", page.canonicalize().unwrap().display()));
    let output = command.output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let dom = String::from_utf8(output.stdout).unwrap();
    assert!(dom.contains("</html>"), "the browser showed nothing: {log}");
    let console = log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect();
    Opened { dom, console }
}

impl Opened {
    /// The opening tags of elements with this name.
    fn tags(&self, name: &str) -> Vec<&str> {
        let start = format!("<{name} ");
        let rest = self.dom.split(&*start).skip(1);
        rest.map(|rest| rest.split_once('>').unwrap().0).collect()
    }

    fn shown(&self, name: &str) -> usize {
        self.tags(name).iter().filter(|tag| !tag.contains("hidden")).count()
    }

    /// The words of the page about how much of it is shown.
    fn count(&self) -> &str {
        let (_, rest) = self.dom.split_once("<output id=\"count\"").unwrap();
        rest.split_once('>').unwrap().1.split_once('<').unwrap().0
    }
}

fn report(conversations: &[(&str, &str)]) -> TempDir {
    let root = repository(conversations);
    let output = twincast(root.path(), &["verify", "--report", "html=run.html"]);
    assert_eq!(output.status.code(), Some(1));
    root
}

#[test]
#[ignore = "needs a browser: just pages"]
fn should_find_and_open_violations_in_a_browser() {
    let root = report(&[("a_held", HELD), ("b_broken", BROKEN), ("c_hostile", HOSTILE)]);
    let page = root.path().join("run.html");

    let all = open(&page, "");
    assert_eq!(all.console, [""; 0]);
    assert_eq!((all.shown("article"), all.count()), (2, "3 of 3"));

    let searched = open(&page, "#q=%3C%2Fscript%3E");
    assert_eq!(searched.console, [""; 0]);
    assert_eq!((searched.shown("article"), searched.count()), (1, "1 of 3"));
    let filtered = open(&page, "#show=held");
    assert_eq!((filtered.shown("article"), filtered.count()), (0, "1 of 3"));

    let linked = open(&page, "#conversations/basics/b_broken");
    assert_eq!(linked.console, [""; 0]);
    let targets: Vec<&str> =
        linked.tags("article").into_iter().filter(|tag| tag.contains("class=\"target\"")).collect();
    assert_eq!(targets.len(), 1);
    assert!(targets[0].contains("id=\"conversations/basics/b_broken\""), "{targets:?}");
}

#[test]
#[ignore = "needs a browser: just pages"]
fn should_not_let_a_page_load_anything_or_fail_in_silence() {
    let root = report(&[("b_broken", BROKEN)]);
    let path = root.path().join("run.html");
    let page = read(&path);
    // The check itself: both faults would be seen.
    for (fault, said) in [
        ("<img src=\"https://example.invalid/a.png\">", "Content Security Policy"),
        ("<script>nothing.there</script>", "ReferenceError"),
    ] {
        fs::write(&path, page.replace("</main>", &format!("{fault}</main>"))).unwrap();
        let opened = open(&path, "");
        assert!(opened.console.iter().any(|line| line.contains(said)), "{:?}", opened.console);
    }
}

#[test]
#[ignore = "needs a browser: just pages"]
fn should_compare_any_two_servers_in_a_browser() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = TempDir::new().unwrap();
    let words = ["differences", "--html", folder.path().to_str().unwrap()];
    assert_eq!(twincast(repository, &words).status.code(), Some(0));
    let index = folder.path().join("index.html");

    let all = open(&index, "");
    assert_eq!(all.console, [""; 0]);
    assert_eq!(all.dom.matches("class=\"pair\"").count(), 0, "no pair was chosen");
    let articles = all.tags("article").len();
    assert_eq!(all.shown("article"), articles);

    let pair = open(&index, "#left=redis-7.0&right=valkey-9.1&q=publish");
    assert_eq!(pair.console, [""; 0]);
    let shown = pair.shown("article");
    assert!(0 < shown && shown < articles, "{shown} of {articles}");
    assert_eq!(pair.count(), format!("{shown} of {articles}"));
    assert!(pair.dom.matches("class=\"pair\"").count() >= shown, "each shows both sides");
    let same = open(&index, "#left=redis-7.0&right=redis-7.0");
    assert_eq!(same.shown("article"), 0, "a server does not differ from itself");

    for named in ["clients", "publishing"] {
        let family = open(&index, &format!("#family={named}"));
        let of_family = |tag: &&str| tag.contains(&format!("data-family=\"{named}\""));
        let tags = family.tags("article");
        let hidden = tags.iter().filter(|tag| tag.contains("hidden"));
        assert!(hidden.count() > 0 && family.shown("article") > 0);
        assert!(tags.iter().filter(|tag| !tag.contains("hidden")).all(of_family));
    }
}

/// A run with a thousand conversations, of which a hundred break.
#[test]
#[ignore = "needs a browser: just pages"]
fn should_stay_small_with_many_violations() {
    let mut files = Vec::new();
    for nth in 0..1000 {
        let answer = if nth % 10 == 0 { "+PING" } else { "+PONG" };
        let mut text = format!("# Should answer {nth}\n# recorded from redis 8.0.2\n");
        for turn in 0..10 {
            let (client, answer) =
                (["a", "b", "c"][turn % 3], if turn == 6 { answer } else { "+PONG" });
            write!(text, "\n{client}> PING\n{client}< {answer}\n").unwrap();
        }
        files.push((format!("should_answer_{nth:04}"), text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let root = report(&files);
    let page = root.path().join("run.html");
    assert!(fs::metadata(&page).unwrap().len() < 2 << 20, "the page is too large");
    let opened = open(&page, "");
    assert_eq!(opened.console, [""; 0]);
    assert_eq!((opened.shown("article"), opened.count()), (100, "1000 of 1000"));
}
