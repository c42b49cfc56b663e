//! The built program: its output, its files and its exit codes.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use crate::support::program::{ProcessId, repository, stderr, stdout, twincast, write_program};
use crate::support::{Client, ScriptedServer, UnusedAddress};
use socket2::SockRef;
use tempfile::TempDir;
use twincast::wire::ClientInput;
use twincast_embedded::{Cluster, EmbeddedRedis};

const HELD: &str = "# Should answer PING\n# recorded from redis 8.0.2\n\na> PING\na< +PONG\n";
const BROKEN: &str = "# Should answer PING\n# recorded from redis 8.0.2\n\na> PING\na< +PING\n";
const UNKNOWN: &str = "# Should answer PING\n\na> PING\n";

#[test]
fn should_judge_the_embedded_server_without_any_argument() {
    let root = repository(&[("should_answer", HELD)]);
    // The current folder can be anywhere within the repository.
    let output = twincast(&root.path().join("tests"), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("1 of 1    conversations/basics"), "{}", stdout(&output));
    assert!(stdout(&output).contains("1 held, 0 broken, 0 failed, 0 ignored"));
    assert!(stderr(&output).starts_with("embedded (redis "), "{}", stderr(&output));
}

#[test]
fn should_exit_with_1_and_a_report_if_a_promise_is_broken() {
    let root = repository(&[("should_answer", HELD), ("should_break", BROKEN)]);
    let output = twincast(root.path(), &["verify"]);
    assert_eq!(output.status.code(), Some(1));
    let report = stderr(&output);
    for part in [
        "different answer: an answer differs from the expected one",
        "promise Should answer PING",
        "tests/conversations/basics/should_break.twin:5, on connection a",
        "expected    5 │ a< +PING",
        "got      │ a< +PONG",
        "again   twincast verify tests/conversations/basics/should_break.twin",
    ] {
        assert!(report.contains(part), "{part:?} is missing in\n{report}");
    }
    assert!(!report.contains('\x1b'), "a pipe gets no colours");

    let again = twincast(root.path(), &["verify", "tests/conversations/basics/should_break.twin"]);
    assert_eq!(again.status.code(), Some(1));
    let other = twincast(root.path(), &["verify", "--case", "should_answer"]);
    assert_eq!(other.status.code(), Some(0));
}

/// Runs the command of the `again` line in a shell.
fn run_again(folder: &Path, output: &Output, variables: &[(&str, &str)]) -> Output {
    let report = stderr(output);
    let command = report.lines().find_map(|line| line.trim().strip_prefix("again   ")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_twincast")).parent().unwrap();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]).current_dir(folder).env_remove("CARGO").env("PATH", program);
    shell.env_remove("REDIS_PASSWORD").envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn should_print_a_command_that_can_be_pasted() {
    let root = repository(&[("should_answer", HELD)]);
    let folder = root.path().join("tests/conversations/it's $HOME");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("two words.twin"), BROKEN).unwrap();
    let output = twincast(root.path(), &["verify", "--ledger", "/dev/null"]);
    assert!(stderr(&output).contains("verify --ledger /dev/null "), "{}", stderr(&output));
    let again = run_again(root.path(), &output, &[]);
    assert_eq!(again.status.code(), Some(1), "{}", stderr(&again));
    assert!(stdout(&again).contains("0 held, 1 broken"), "{}", stdout(&again));

    // A password is not printed: the command takes it from a variable.
    let server = EmbeddedRedis::builder().password("se cret").start().unwrap();
    let url = server.url();
    let output = twincast(root.path(), &["verify", "--against", &url]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(!stderr(&output).contains("cret"), "{}", stderr(&output));
    let again = run_again(root.path(), &output, &[("REDIS_PASSWORD", "se%20cret")]);
    assert!(stdout(&again).contains("0 held, 1 broken"), "{}", stderr(&again));
    let again = run_again(root.path(), &output, &[]);
    assert!(stderr(&again).contains("set it to the password"), "{}", stderr(&again));
}

#[test]
fn should_exit_with_2_if_nothing_could_be_judged() {
    let root = repository(&[("should_answer", UNKNOWN)]);
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("ignored"), "{}", stdout(&output));

    for (words, part) in [
        (&["verify", "--case", "nothing"][..], "found 1 conversation, but none has \"nothing\""),
        (&["verify", "missing.twin"], "missing.twin does not exist"),
        (&["verify", "--against", "redis://127.0.0.1:1"], "127.0.0.1:1"),
        (&["verify", "--against", "nonsense"], "is not a backend"),
        (&["verify", "--report", "nonsense"], "is not a report"),
    ] {
        let output = twincast(root.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(stderr(&output).contains(part), "{words:?}: {}", stderr(&output));
    }
}

#[test]
fn should_print_the_cause_of_an_error_once() {
    let root = repository(&[("should_answer", HELD)]);
    fs::write(root.path().join("facts"), "").unwrap();
    let address = UnusedAddress::new();
    let url = format!("redis://{}", address.address);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = "Connection refused";
    for (words, cause, remedy) in [
        (&["verify", "--against", &url][..], refused, "start the server, or correct the URL"),
        (&["record", "--against", &url], refused, "start the server, or correct the URL"),
        (
            &["explore", "--own", "--reference", &url],
            refused,
            "start the server, or correct the URL",
        ),
        (&["bench", "--against", &url], refused, "start the server, or correct the URL"),
        (&["catalogue", "--file", "facts", &url], refused, "start the server, or correct the URL"),
        (&["verify", "--against", "process:missing"], "No such file", "name the path of a redis-s"),
        (&["bench", "--against", "process:missing"], "No such file", "name the path of a redis-s"),
        (&["verify", "--ledger", "missing"], "No such file", "cannot read missing"),
        (&["catalogue", "--file", "missing", "embedded"], "No such file", "cannot read missing"),
        (&["serve", "--port", &port], "Address already in use", &port),
    ] {
        let output = twincast(root.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let message = stderr(&output);
        assert_eq!(message.matches(cause).count(), 1, "{words:?}: {message}");
        assert!(message.contains(remedy), "{words:?}: {message}");
        assert!(!message.contains("TWINCAST"), "{words:?}: {message}");
    }
}

#[test]
fn should_not_play_a_recording_that_needs_its_scenario() {
    let remark = "# Should answer PING\n# Only as a scenario: the server is restarted.\n";
    let text = BROKEN.replace("# Should answer PING\n", remark);
    let root = repository(&[("should_answer", HELD), ("should_restart", &text)]);
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("only as a scenario: the server is restarted."));
}

#[test]
fn should_fail_on_a_file_that_is_not_a_conversation() {
    let root = repository(&[("should_answer", "no title")]);
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("failed"), "{}", stdout(&output));
}

#[test]
fn should_write_reports_of_every_format() {
    let root = repository(&[("a_held", HELD), ("b_broken", BROKEN), ("c_unknown", UNKNOWN)]);
    let words = ["junit=out/junit.xml", "json=out/run.jsonl", "markdown=out/run.md"];
    let words: Vec<&str> =
        ["verify"].into_iter().chain(words.iter().flat_map(|word| ["--report", word])).collect();
    assert_eq!(twincast(root.path(), &words).status.code(), Some(1));

    let read = |name: &str| fs::read_to_string(root.path().join("out").join(name)).unwrap();
    let junit = read("junit.xml");
    assert!(junit.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""), "{junit}");
    assert!(junit.contains("a&lt; +PONG"), "{junit}");
    assert!(junit.ends_with("</testsuites>\n"), "{junit}");
    assert_eq!(junit.matches("<testcase ").count(), junit.matches("</testcase>").count());

    let json: Vec<serde_json::Value> =
        read("run.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(json.len(), 5);
    assert_eq!(json[2]["violations"][0]["kind"], "different answer");
    assert_eq!(json[4]["ignored"], 1);

    let markdown = read("run.md");
    assert!(markdown.contains("- ok `conversations/basics/a_held`"), "{markdown}");
    assert!(markdown.contains("1 held, 1 broken (1 violation)"), "{markdown}");
}

#[test]
fn should_show_the_difference_in_reports_of_every_format() {
    let names =
        [("a", 42), ("b", 35), ("c", 36), ("d", 29)].map(|(name, times)| name.repeat(times));
    let answer = names.iter().zip([0, 0, 3, 0]).map(|(name, count)| format!("\"{name}\" {count}"));
    let answer = answer.collect::<Vec<_>>().join(" ");
    let request = names.join(" ");
    let text = format!(
        "# Should count\n# recorded from redis 8.0.2\n\na> PUBSUB NUMSUB {request}\na< [{answer}]\n"
    );
    let root = repository(&[("should_count", &text)]);
    let words = ["verify", "--report", "junit=j.xml", "--report", "markdown=r.md"];
    let output = twincast(root.path(), &words);
    assert_eq!(output.status.code(), Some(1));
    let read = |name: &str| fs::read_to_string(root.path().join(name)).unwrap();
    for report in [stderr(&output), read("j.xml"), read("r.md")] {
        let at = report.find("at      │ [5]").unwrap_or_else(|| panic!("no place in\n{report}"));
        assert!(report[at..].contains("│   3\n"), "{report}");
        assert!(report[at..].contains("│   0\n"), "{report}");
    }
}

#[test]
fn should_serve_until_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
        let mut server =
            command.args(["serve"]).stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let client = redis::Client::open(url.trim()).unwrap();
        let mut connection = client.get_connection().unwrap();
        assert_eq!(redis::cmd("PING").query(&mut connection), Ok("PONG".to_owned()));
        Command::new("kill").args([signal, &server.id().to_string()]).status().unwrap();
        assert_eq!(server.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn should_serve_with_a_configuration_file_until_a_shutdown() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("redis.conf");
    fs::write(&file, "# for tests\nrequirepass other\nmaxclients 7\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(["serve", "--password", "se cret", "--config"]).arg(&file);
    let mut server = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let url = lines.next().unwrap().unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "Ready to accept connections");
    let mut connection = redis::Client::open(url).unwrap().get_connection().unwrap();
    let asked = redis::cmd("CONFIG").arg("GET").arg("maxclients").query(&mut connection);
    assert_eq!(asked, Ok(("maxclients".to_owned(), "7".to_owned())));
    assert!(redis::cmd("SHUTDOWN").arg("NOSAVE").exec(&mut connection).is_err());
    assert_eq!(server.wait().unwrap().code(), Some(0));

    fs::write(&file, "maxclients 7\nappendonly yes\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    let output = command.args(["serve", "--config"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("redis.conf:2: "), "{error}");
}

#[test]
fn should_serve_on_a_unix_socket_too() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("redis.sock");
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(["serve", "--unix", path.to_str().unwrap(), "--profile", "redis-8.0"]);
    let mut server = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("redis://127.0.0.1:"));
    assert!(lines.next().unwrap().unwrap().contains("redis.sock"));
    std::os::unix::net::UnixStream::connect(&path).unwrap();
    Command::new("kill").arg(server.id().to_string()).status().unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0));
    assert!(!path.exists(), "the socket is still there");
}

#[test]
fn should_go_on_after_a_stop_of_its_process() {
    let root = repository(&[("should_answer", HELD)]);
    let program = ProcessId::default();
    let id = program.clone();
    // Each time the program waits for an answer, it is stopped and continued.
    let server = ScriptedServer::redis_with_hook(move || {
        id.signal("STOP");
        id.signal("CONT");
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(["verify", "--against", &format!("redis://{}", server.address)]);
    command.current_dir(&root).env_remove("CARGO").stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = command.spawn().unwrap();
    program.set(&running);
    let output = running.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn should_print_what_was_judged_when_it_is_interrupted() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let names: Vec<String> = (0..200).map(|nth| format!("should_answer_{nth:03}")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, HELD)).collect();
        let root = repository(&files);
        let program = ProcessId::default();
        let id = program.clone();
        let mut answers = 0;
        // In the middle of the run, the server answers nothing any more.
        let server = ScriptedServer::redis_with_hook(move || {
            answers += 1;
            if answers == 100 {
                id.signal(signal);
                thread::park();
            }
        });
        let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
        command.args(["verify", "--against", &format!("redis://{}", server.address)]);
        command.current_dir(&root).env_remove("CARGO").env_remove("CLICOLOR_FORCE");
        let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        program.set(&running);
        let output = running.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        let held = stdout(&output);
        let held = held.lines().last().and_then(|line| line.split_once(" held, 0 broken")).unwrap();
        let told = format!("error: interrupted by SIG{signal}: {} of 200 conversations", held.0);
        assert!(stderr(&output).contains(&told), "{told:?} is missing in {}", stderr(&output));
    }
}

#[test]
fn should_end_in_silence_where_nobody_reads() {
    let root = repository(&[("should_answer", HELD)]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.arg("verify").current_dir(&root).env_remove("CLICOLOR_FORCE");
    let output = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(141));
    assert!(!stderr(&output).contains("error"), "{}", stderr(&output));
}

#[test]
fn should_record_the_answers_of_a_server() {
    let root = repository(&[("should_answer", UNKNOWN)]);
    let url = format!("redis://{}", ScriptedServer::redis().address);
    let words = ["record", "--against", &url];
    let output = twincast(root.path(), &words);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let file = root.path().join("tests/conversations/basics/should_answer.twin");
    assert_eq!(fs::read_to_string(&file).unwrap(), HELD);

    let again = twincast(root.path(), &words);
    assert!(stdout(&again).starts_with("0 of 1 conversation changed"), "{}", stdout(&again));
    assert_eq!(twincast(root.path(), &[]).status.code(), Some(0));
}

#[test]
fn should_not_record_from_the_embedded_server() {
    let root = repository(&[("should_answer", UNKNOWN)]);
    let output = twincast(root.path(), &["record", "--against", "embedded"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("is judged by recordings"), "{}", stderr(&output));

    // Behind a URL, it is refused too.
    let server = EmbeddedRedis::start().unwrap();
    let output = twincast(root.path(), &["record", "--against", &server.url()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("redis 8.10.2, imitated: it is not a real server"),
        "{}",
        stderr(&output)
    );
    // It is also refused as a binary that starts like a real server.
    let binary = root.path().join("redis-server");
    let script = format!(
        "#!/bin/sh\n\
         while [ $# -gt 0 ]; do case $1 in --port) port=$2 ;; --unixsocket) unix=$2 ;; esac; shift 2; done\n\
         '{}' serve --port \"$port\" --unix \"$unix\" | while read -r line; do echo Ready to accept connections; done\n",
        env!("CARGO_BIN_EXE_twincast")
    );
    write_program(&binary, &script);
    let server = format!("process:{}", binary.display());
    let output = twincast(root.path(), &["record", "--against", &server]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("redis 8.10.2, imitated: it is not a real server"),
        "{}",
        stderr(&output)
    );
    let file = root.path().join("tests/conversations/basics/should_answer.twin");
    assert_eq!(fs::read_to_string(file).unwrap(), UNKNOWN);
}

#[test]
fn should_not_disturb_other_clients_of_a_shared_server() {
    let text = "# Should set\n# recorded from redis 8.0.2\n\na> CONFIG SET timeout 0\na< +OK\n";
    let root = repository(&[("should_set", text)]);
    let url = format!("redis://{}", ScriptedServer::redis().address);
    let output = twincast(root.path(), &["verify", "--against", &url]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stdout(&output).contains("CONFIG SET would affect other clients"),
        "{}",
        stdout(&output)
    );
    let output = twincast(root.path(), &["record", "--against", &url]);
    assert!(stdout(&output).contains("left out: CONFIG SET would affect other clients"));
    let file = root.path().join("tests/conversations/basics/should_set.twin");
    assert_eq!(fs::read_to_string(file).unwrap(), text);
}

#[test]
fn should_start_a_server_with_the_setup_of_a_conversation() {
    let asks = |setting: &str, answer: &str| {
        format!(
            "# Should ask\n# recorded from redis 8.0.2\n\nwith {setting}\n\n\
             a> CONFIG GET maxclients\na< {answer}\n"
        )
    };
    let conversation = asks("maxclients 7", r#"any["maxclients": "7"]"#);
    let root = repository(&[("should_ask", &conversation)]);
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));

    // A server at a URL cannot be started with it.
    let url = format!("redis://{}", ScriptedServer::redis().address);
    let output = twincast(root.path(), &["verify", "--against", &url]);
    assert_eq!(output.status.code(), Some(2));
    let reason = "it needs a server that was started with maxclients 7";
    assert!(stdout(&output).contains(reason), "{}", stdout(&output));

    // The embedded server does not know this setting.
    let root = repository(&[("should_ask", &asks("appendonly yes", "[]"))]);
    let output = twincast(root.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let reason =
        "cannot begin with appendonly \"yes\": the embedded server knows no value but 'no'";
    assert!(stdout(&output).contains(reason), "{}", stdout(&output));
}

#[test]
fn should_print_the_committed_page_of_differences() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let committed = fs::read_to_string(repository.join("docs/differences.md")).unwrap();
    let printed = stdout(&twincast(repository, &["differences"]));
    let mut lines = committed.lines().zip(printed.lines()).zip(1..);
    let first = lines.find(|((committed, printed), _)| committed != printed);
    assert!(
        committed == printed,
        "docs/differences.md is older than the ledger and the conversations: run `just differences` ({first:?})"
    );
}

/// A server that stops as soon as it has identified itself.
fn short_lived_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut listener = Some(listener);
        while let Some(stream) = listener.as_ref().map(|listener| listener.accept().unwrap().0) {
            for line in BufReader::new(&stream).lines().map_while(Result::ok) {
                let answer: &[u8] = match line.as_str() {
                    "PING" => b"+PONG\r\n",
                    "CLIENT" => b"+OK\r\n",
                    "INFO" => {
                        // A program that another test starts may hold the listener for a moment.
                        if let Some(listener) = listener.take() {
                            let _ = SockRef::from(&listener).shutdown(Shutdown::Both);
                        }
                        b"$19\r\nredis_version:8.0.2\r\n"
                    }
                    _ => b"",
                };
                let _ = (&stream).write_all(answer);
            }
        }
    });
    url
}

#[test]
fn should_report_once_that_the_server_is_gone() {
    let root = repository(&[("should_answer", HELD), ("should_answer_again", HELD)]);
    let url = short_lived_server();
    let output = twincast(root.path(), &["verify", "--against", &url]);
    assert_eq!(output.status.code(), Some(2));
    let reported = stderr(&output);
    let place = "tests/conversations/basics/should_answer.twin:4: a cannot connect to redis://";
    assert_eq!(reported.matches("cannot connect").count(), 1, "{reported}");
    for part in [place, "the conversations after it were not judged", "restart the server"] {
        assert!(reported.contains(part), "{part:?} is missing in\n{reported}");
    }
}

#[test]
fn should_report_what_was_not_judged() {
    let root = repository(&[("a", HELD), ("b", HELD), ("c", HELD)]);
    let url = short_lived_server();
    let reports =
        ["--report", "junit=j.xml", "--report", "json=r.jsonl", "--report", "markdown=r.md"];
    let words = [&["verify", "--against", &url][..], &reports].concat();
    let output = twincast(root.path(), &words);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("unjudged 3 conversations: the run ended"), "{output:?}");
    assert!(stdout(&output).contains("0 stale, 3 not judged"), "{output:?}");

    let read = |name: &str| fs::read_to_string(root.path().join(name)).unwrap();
    let junit = read("j.xml");
    assert!(junit.contains("tests=\"3\" failures=\"0\" errors=\"3\" skipped=\"0\""), "{junit}");
    let message =
        "<error message=\"not judged: the run ended: tests/conversations/basics/a.twin:4: ";
    assert_eq!(junit.matches(message).count(), 3, "{junit}");
    let json = read("r.jsonl");
    assert_eq!(json.matches("\"outcome\":\"unjudged\"").count(), 3, "{json}");
    assert!(json.contains("\"unjudged\":3"), "{json}");
    let markdown = read("r.md");
    assert_eq!(markdown.matches("(not judged: the run ended: ").count(), 3, "{markdown}");
    assert!(markdown.contains("3 not judged"), "{markdown}");
    assert!(!markdown.contains("cut off"), "{markdown}");
}

#[test]
fn should_leave_reports_alone_if_no_server_answers() {
    let root = repository(&[("should_answer", HELD)]);
    fs::write(root.path().join("old.xml"), "<old/>").unwrap();
    let url = format!("redis://{}", UnusedAddress::new().address);
    let reports = ["--report", "junit=old.xml", "--report", "json=new/r.jsonl"];
    let output = twincast(root.path(), &[&["verify", "--against", &url][..], &reports].concat());
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(root.path().join("old.xml")).unwrap(), "<old/>");
    assert!(!root.path().join("new").exists());
}

#[test]
fn should_name_a_report_that_cannot_be_written() {
    let root = repository(&[("should_answer", HELD)]);
    let output = twincast(root.path(), &["verify", "--report", "junit=tests"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot write tests: "), "{}", stderr(&output));
}

#[test]
fn should_have_complete_reports_when_the_program_is_killed() {
    let echo = HELD.replace("PING", "ECHO x").replace("+PONG", "\"x\"");
    let root = repository(&[("a", HELD), ("b", &echo), ("c", HELD)]);
    let program = ProcessId::default();
    let id = program.clone();
    let server = ScriptedServer::start(move |me, input| {
        let ClientInput::Request(words) = input else { return Vec::new() };
        let answer: &[u8] = match &words[0][..] {
            b"PING" => b"+PONG\r\n",
            b"INFO" => b"$19\r\nredis_version:8.0.2\r\n",
            b"ECHO" => {
                id.signal("KILL");
                return Vec::new();
            }
            _ => b"-ERR unknown command\r\n",
        };
        vec![(me, answer.to_vec())]
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_twincast"));
    command.args(["verify", "--against", &format!("redis://{}", server.address)]);
    command.args([
        "--report",
        "junit=j.xml",
        "--report",
        "json=r.jsonl",
        "--report",
        "markdown=r.md",
    ]);
    command.current_dir(&root).stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = command.spawn().unwrap();
    program.set(&running);
    assert_eq!(running.wait().unwrap().code(), None);

    let read = |name: &str| fs::read_to_string(root.path().join(name)).unwrap();
    let junit = read("j.xml");
    assert!(junit.contains("tests=\"3\" failures=\"0\" errors=\"2\" skipped=\"0\""), "{junit}");
    assert_eq!(junit.matches("not judged: the run was cut off").count(), 2, "{junit}");
    assert!(junit.ends_with("</testsuites>\n"), "{junit}");
    assert_eq!(junit.matches("<testcase ").count(), junit.matches("</testcase>").count());
    let json = read("r.jsonl");
    assert_eq!(json.lines().count(), 2, "{json}");
    assert!(json.contains("\"names\":[\"conversations/basics/a\",\"conversations/basics/b\""));
    let markdown = read("r.md");
    assert!(markdown.contains("- ok `conversations/basics/a`"), "{markdown}");
    assert!(
        markdown.contains("The run was cut off before 2 conversations:\n\n- `conv"),
        "{markdown}"
    );
}

/// A conversation that publishes to `news`.
const PUBLISHED: &str = "# Should count\n# recorded from redis 8.0.2\n\n\
    a> PUBLISH news x\na< 0\n";

/// Runs `verify` on the server at this URL. The output must name the reason why a conversation is
/// left out, and no violation.
#[track_caller]
fn assert_left_out(root: &Path, url: &str, about: &str, reason: &str) {
    let output = twincast(root, &["verify", "--against", url]);
    assert!(stderr(&output).contains(about), "{}", stderr(&output));
    assert!(stdout(&output).contains(reason), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("0 broken, 0 failed"), "{}", stdout(&output));
}

#[test]
fn should_not_judge_what_other_subscribers_hear() {
    let root = repository(&[("should_answer", HELD), ("should_count", PUBLISHED)]);
    for (request, confirmation, message, about, reason) in [
        (
            "SUBSCRIBE news",
            "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n",
            "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$4\r\nlast\r\n",
            "to 1 channel",
            "another client has subscribed to \"news\"",
        ),
        (
            "PSUBSCRIBE *",
            "*3\r\n$10\r\npsubscribe\r\n$1\r\n*\r\n:1\r\n",
            "*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$4\r\nnews\r\n$4\r\nlast\r\n",
            "to 1 pattern",
            "another client has subscribed to a pattern",
        ),
    ] {
        let server = EmbeddedRedis::start().unwrap();
        let mut other = Client::connect(server.addr());
        other.send(request).expect(confirmation);
        assert_left_out(root.path(), &server.url(), about, reason);
        server.publish("news", "last");
        // It has heard nothing before.
        other.expect(message);
    }
    let server = EmbeddedRedis::start().unwrap();
    let mut other = Client::connect(server.addr());
    other.send("SUBSCRIBE twincast:verify").expect("*3\r\n");
    let output = twincast(root.path(), &["verify", "--against", &server.url()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("another run of verify plays"), "{}", stderr(&output));
}

#[test]
fn should_not_judge_what_the_user_may_not_do() {
    let root = repository(&[("should_answer", HELD), ("should_count", PUBLISHED)]);
    let whoami = "# Should know\n# recorded from redis 8.0.2\n\na> ACL WHOAMI\na< \"default\"\n";
    let root_of_users = repository(&[("should_answer", HELD), ("should_know", whoami)]);
    let server = EmbeddedRedis::start().unwrap();
    let mut admin = Client::connect(server.addr());
    admin.send("ACL SETUSER ann on >secret ~* &* +@all").expect("+OK\r\n");
    let url = server.url().replace("redis://", "redis://ann:secret@");
    assert_left_out(root_of_users.path(), &url, "user ann", "its answers name the user default");
    for rules in ["+@all -publish", "+ping", "+@all resetchannels &other"] {
        let server = EmbeddedRedis::start().unwrap();
        let mut admin = Client::connect(server.addr());
        admin.send(&format!("ACL SETUSER ann on >secret ~* &* {rules}")).expect("+OK\r\n");
        let url = server.url().replace("redis://", "redis://ann:secret@");
        let about = if rules == "+ping" { "INFO is not answered" } else { "user ann" };
        assert_left_out(root.path(), &url, about, "the user");
    }
}

/// A server that answers PING, GET and INFO, with these fields.
fn server_with_info(fields: &str) -> ScriptedServer {
    let info = format!("redis_version:8.0.2\r\n{fields}");
    let info = format!("${}\r\n{info}\r\n", info.len());
    ScriptedServer::start(move |me, input| {
        let ClientInput::Request(words) = input else { return Vec::new() };
        let answer: &[u8] = match &words[0][..] {
            b"PING" => b"+PONG\r\n",
            b"INFO" => info.as_bytes(),
            b"GET" => b"$-1\r\n",
            _ => b"-ERR unknown command\r\n",
        };
        vec![(me, answer.to_vec())]
    })
}

#[test]
fn should_not_judge_what_the_kind_of_server_changes() {
    let hello = "# Should greet\n# recorded from redis 8.0.2\n\n\
        a> HELLO 3\na< {\"role\": \"master\" \"mode\": \"standalone\"}\n";
    let get = "# Should get\n# recorded from redis 8.0.2\n\na> GET k\na< $-1\n";
    let root = repository(&[("should_answer", HELD), ("should_get", get), ("should_greet", hello)]);
    let server = EmbeddedRedis::builder().cluster(Cluster::empty()).start().unwrap();
    let about = "a master, a node of a cluster (state fail); user default";
    assert_left_out(root.path(), &server.url(), about, "HELLO answers otherwise");
    assert_left_out(root.path(), &server.url(), about, "GET depends on its slots");

    // A server that takes one client may refuse the next one until the last one is gone.
    let small = server_with_info("connected_clients:1\r\nmaxclients:1");
    let reason = "it needs 2 connections, but the server takes 1 client, with 0 others there";
    assert_left_out(root.path(), &format!("redis://{}", small.address), "at most 1 client", reason);

    let replica = server_with_info("role:slave");
    let url = format!("redis://{}", replica.address);
    assert_left_out(root.path(), &url, "  a replica", "a replica, and HELLO says so");
}

#[test]
fn should_take_facts_about_commands_from_real_servers_only() {
    let root = TempDir::new().unwrap();
    let refused = |words: &[&str], part: &str| {
        let output = twincast(root.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(stderr(&output).contains(part), "{words:?}: {}", stderr(&output));
    };
    refused(&["catalogue", "embedded"], "name the file with --file");
    fs::write(root.path().join("facts"), "get\n").unwrap();
    refused(&["catalogue", "--file", "facts", "embedded"], "facts:1: no server has get");
    fs::write(root.path().join("facts"), "").unwrap();
    refused(&["catalogue", "--file", "facts", "embedded"], "imitated: it is not a real server");
    assert_eq!(fs::read_to_string(root.path().join("facts")).unwrap(), "");
}
