use crate::dispatch::tests::harness::TestEngine;
use crate::profile::Profile;
use crate::state::client::CloseMode;
use crate::state::config::Config;

const AT: &str = "+1700000000.000000 [0 unix:/engine]";

#[test]
fn should_show_a_command_after_its_own_reply() {
    let mut engine = TestEngine::new();
    let monitor = engine.connect();
    assert_eq!(engine.request(monitor, "MONITOR\r\n"), "+OK\r\n");
    assert_eq!(engine.request(monitor, "PING\r\n"), format!("+PONG\r\n{AT} \"PING\"\r\n"));
}

#[test]
fn should_escape_unprintable_bytes() {
    let mut engine = TestEngine::new();
    let (monitor, other) = (engine.connect(), engine.connect());
    engine.request(monitor, "MONITOR\r\n");
    engine.request(other, b"*2\r\n$4\r\nECHO\r\n$5\r\n\"\\\n\x00\xff\r\n");
    assert_eq!(engine.received(monitor), format!("{AT} \"ECHO\" \"\\\"\\\\\\n\\x00\\xff\"\r\n"));
}

#[test]
fn should_not_escape_quotes_in_valkey_8_1() {
    let mut engine = TestEngine::with_profile(Profile::VALKEY_8_1);
    let (monitor, other) = (engine.connect(), engine.connect());
    engine.request(monitor, "MONITOR\r\n");
    engine.request(other, b"*2\r\n$4\r\nECHO\r\n$2\r\n\"\\\r\n");
    assert_eq!(engine.received(monitor), format!("{AT} \"ECHO\" \"\"\\\"\r\n"));
}

#[test]
fn should_redact_credentials() {
    let mut engine = TestEngine::new();
    let (monitor, other) = (engine.connect(), engine.connect());
    engine.request(monitor, "MONITOR\r\n");
    engine.request(other, "AUTH default secret\r\n");
    let redacted = r#""(redacted)" "(redacted)""#;
    assert_eq!(engine.received(monitor), format!("{AT} \"AUTH\" {redacted}\r\n"));
    engine.request(other, "HELLO 2 AUTH default secret SETNAME auth\r\n");
    let shown = format!("{AT} \"HELLO\" \"2\" \"AUTH\" {redacted} \"SETNAME\" \"auth\"\r\n");
    assert_eq!(engine.received(monitor), shown);
}

#[test]
fn should_forget_a_disconnected_monitor() {
    let mut engine = TestEngine::new();
    let (monitor, other) = (engine.connect(), engine.connect());
    engine.request(monitor, "MONITOR\r\n");
    engine.engine.state.disconnect(monitor);
    let successor = engine.connect();
    engine.request(other, "PING\r\n");
    assert_eq!(
        (engine.received(successor), engine.engine.state.monitors.len()),
        (String::new(), 0)
    );
}

#[test]
fn should_not_close_an_idle_monitor() {
    let timeout = Some(std::time::Duration::from_secs(1));
    let mut engine = TestEngine::with(Config { timeout, ..Config::default() });
    let (monitor, idle) = (engine.connect(), engine.connect());
    engine.request(monitor, "MONITOR\r\n");
    engine.advance(std::time::Duration::from_secs(3));
    assert_eq!((engine.close_mode(monitor), engine.close_mode(idle)), (None, Some(CloseMode::Now)));
}
