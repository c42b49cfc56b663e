use crate::client::Ending;
use crate::config::Config;
use crate::profile::Profile;
use crate::world::stage::Stage;

const AT: &str = "+1700000000.000000 [0 unix:/stage]";

#[test]
fn should_show_a_command_behind_its_own_answer() {
    let mut stage = Stage::new();
    let monitor = stage.enter();
    assert_eq!(stage.ask(monitor, "MONITOR\r\n"), "+OK\r\n");
    assert_eq!(stage.ask(monitor, "PING\r\n"), format!("+PONG\r\n{AT} \"PING\"\r\n"));
}

#[test]
fn should_escape_what_does_not_print() {
    let mut stage = Stage::new();
    let (monitor, other) = (stage.enter(), stage.enter());
    stage.ask(monitor, "MONITOR\r\n");
    stage.ask(other, b"*2\r\n$4\r\nECHO\r\n$5\r\n\"\\\n\x00\xff\r\n");
    assert_eq!(stage.hear(monitor), format!("{AT} \"ECHO\" \"\\\"\\\\\\n\\x00\\xff\"\r\n"));
}

#[test]
fn should_leave_quotes_where_the_server_does() {
    let mut stage = Stage::imitating(Profile::VALKEY_8_1);
    let (monitor, other) = (stage.enter(), stage.enter());
    stage.ask(monitor, "MONITOR\r\n");
    stage.ask(other, b"*2\r\n$4\r\nECHO\r\n$2\r\n\"\\\r\n");
    assert_eq!(stage.hear(monitor), format!("{AT} \"ECHO\" \"\"\\\"\r\n"));
}

#[test]
fn should_keep_secrets() {
    let mut stage = Stage::new();
    let (monitor, other) = (stage.enter(), stage.enter());
    stage.ask(monitor, "MONITOR\r\n");
    stage.ask(other, "AUTH default secret\r\n");
    let redacted = r#""(redacted)" "(redacted)""#;
    assert_eq!(stage.hear(monitor), format!("{AT} \"AUTH\" {redacted}\r\n"));
    stage.ask(other, "HELLO 2 AUTH default secret SETNAME auth\r\n");
    let shown = format!("{AT} \"HELLO\" \"2\" \"AUTH\" {redacted} \"SETNAME\" \"auth\"\r\n");
    assert_eq!(stage.hear(monitor), shown);
}

#[test]
fn should_forget_who_left() {
    let mut stage = Stage::new();
    let (monitor, other) = (stage.enter(), stage.enter());
    stage.ask(monitor, "MONITOR\r\n");
    stage.world.disconnect(monitor);
    let successor = stage.enter();
    stage.ask(other, "PING\r\n");
    assert_eq!((stage.hear(successor), stage.world.monitors.len()), (String::new(), 0));
}

#[test]
fn should_not_close_a_monitor_for_being_idle() {
    let timeout = Some(std::time::Duration::from_secs(1));
    let mut stage = Stage::with(Config { timeout, ..Config::default() });
    let (monitor, idle) = (stage.enter(), stage.enter());
    stage.ask(monitor, "MONITOR\r\n");
    stage.pass(std::time::Duration::from_secs(3));
    assert_eq!((stage.ending(monitor), stage.ending(idle)), (None, Some(Ending::Now)));
}
