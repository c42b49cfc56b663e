use crate::client::Ending;
use crate::config::Config;
use crate::world::stage::Stage;

#[test]
fn should_understand_requests_in_any_pieces() {
    let conversation = "*2\r\n$4\r\nECHO\r\n$3\r\nabc\r\nPING\r\n*1\r\n$4\r\nPING\r\n";
    for size in 1..conversation.len() {
        let mut stage = Stage::new();
        let client = stage.enter();
        for piece in conversation.as_bytes().chunks(size) {
            stage.say(client, piece);
        }
        assert_eq!(stage.hear(client), "$3\r\nabc\r\n+PONG\r\n+PONG\r\n", "pieces of {size}");
    }
}

#[test]
fn should_deliver_before_reporting_an_error_in_the_protocol() {
    let mut stage = Stage::new();
    let (client, publisher) = (stage.enter(), stage.enter());
    stage.ask(client, "SUBSCRIBE c\r\n");
    stage.ask(publisher, "PUBLISH c m\r\n");
    assert_eq!(
        stage.ask(client, "*1\r\n!\r\nPING\r\n"),
        "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n-ERR Protocol error: expected '$', got '!'\r\n",
    );
    assert_eq!(stage.ending(client), Some(Ending::AfterOutput));
}

#[test]
fn should_hang_up_on_web_clients_without_a_word() {
    for greeting in ["POST / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\n", "post x\r\n"] {
        let mut stage = Stage::new();
        let client = stage.enter();
        assert_eq!(stage.ask(client, greeting), "");
        assert_eq!(stage.ending(client), Some(Ending::Now));
    }
}

#[test]
fn should_read_nothing_behind_quit() {
    let mut stage = Stage::new();
    let client = stage.enter();
    assert_eq!(stage.ask(client, "QUIT a b\r\nPING\r\n"), "+OK\r\n");
    assert_eq!(stage.ask(client, "PING\r\n"), "");
}

#[test]
fn should_let_strangers_only_log_in() {
    let mut stage = Stage::with(Config { password: Some("pw".into()), ..Config::default() });
    let client = stage.enter();
    assert_eq!(stage.ask(client, "PING\r\n"), "-NOAUTH Authentication required.\r\n");
    assert!(stage.ask(client, "NOSUCH\r\n").starts_with("-ERR unknown command"));
    assert_eq!(
        stage.ask(client, "AUTH no\r\n"),
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
    );
    assert_eq!(stage.ask(client, "AUTH pw\r\nPING\r\n"), "+OK\r\n+PONG\r\n");
    assert_eq!(
        stage.ask(client, "RESET\r\nPING\r\n"),
        "+RESET\r\n-NOAUTH Authentication required.\r\n"
    );
}

#[test]
fn should_limit_the_beginning_of_a_request() {
    let mut stage = Stage::with(Config { query_buffer: 1000, ..Config::default() });
    let client = stage.enter();
    stage.say(client, "*2\r\n$4\r\nECHO\r\n$5000\r\n");
    assert_eq!(stage.ending(client), None);
    stage.say(client, "x".repeat(1000));
    assert_eq!(stage.ending(client), Some(Ending::Now));
}
