use super::*;
use crate::profile::Profile;

fn set(pairs: &[(&str, &str)]) -> Result<Config, String> {
    let mut config = Config::default();
    let changes = pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    match config.set(changes, Profile::REDIS_8_0.behaviour()) {
        Ok(()) => Ok(config),
        Err(error) => Err(String::from_utf8(error.as_bytes().to_vec()).unwrap()),
    }
}

fn shown(config: &Config, patterns: &[&str]) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    matching(patterns.iter().map(|pattern| pattern.as_bytes()), Profile::REDIS_8_0.behaviour())
        .into_iter()
        .map(|(name, parameter)| (text(&name), text(&parameter.value(config))))
        .collect()
}

#[test]
fn values_are_parsed_as_in_redis() {
    let config = set(&[
        ("maxclients", "4294967295"),
        ("TIMEOUT", "5"),
        ("proto-max-bulk-len", "1mb"),
        ("client-query-buffer-limit", "2g"),
        ("requirepass", "secret"),
        ("client-output-buffer-limit", "pubsub 1kb 0 0"),
        ("save", ""),
    ]);
    let config = config.unwrap();
    assert_eq!(config.max_clients, 4_294_967_295);
    assert_eq!(config.timeout, Some(Duration::from_secs(5)));
    assert_eq!(config.max_bulk, 1024 * 1024);
    assert_eq!(config.query_buffer, 2_000_000_000);
    assert_eq!(config.password.as_deref(), Some(b"secret".as_slice()));
    assert_eq!(config.output_limits.pubsub.hard, 1024);
}

#[test]
fn invalid_values_get_the_error_of_redis() {
    let cases = [
        ("maxclients", "0", "argument must be between 1 and 4294967295 inclusive"),
        ("maxclients", "05", "argument couldn't be parsed into an integer"),
        ("timeout", "-1", "argument must be between 0 and 2147483647 inclusive"),
        ("timeout", "", "argument couldn't be parsed into an integer"),
        ("proto-max-bulk-len", "1.5mb", "argument must be a memory value"),
        (
            "proto-max-bulk-len",
            "1024",
            "argument must be between 1048576 and 9223372036854775807 inclusive",
        ),
        (
            "client-output-buffer-limit",
            "normal",
            "Wrong number of arguments in buffer limit configuration.",
        ),
        ("databases", "16", "can't set immutable config"),
        ("hz", "11", "the embedded server knows no value but '10'"),
    ];
    for (name, value, reason) in cases {
        let error = set(&[(name, value)]).unwrap_err();
        let expected =
            format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}");
        assert_eq!(error, expected);
    }
}

#[test]
fn all_names_are_checked_before_any_value() {
    let failed = |name, reason| {
        Err(format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}"))
    };
    let unknown = "ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'";
    let error = |pairs| set(pairs).map(|_| ());
    assert_eq!(error(&[("timeout", "x"), ("nosuch", "1")]), Err(unknown.into()));
    assert_eq!(
        error(&[("timeout", "x"), ("databases", "3")]),
        failed("databases", "can't set immutable config")
    );
    assert_eq!(
        error(&[("timeout", "1"), ("TimeOut", "x")]),
        failed("TimeOut", "duplicate parameter")
    );
}

#[test]
fn a_failed_call_changes_nothing() {
    let mut config = Config::default();
    let changes: [(&[u8], &[u8]); 2] = [(b"timeout", b"5"), (b"maxclients", b"x")];
    config.set(changes.into_iter(), Profile::REDIS_8_0.behaviour()).unwrap_err();
    assert_eq!(config.timeout, None);
}

#[test]
fn each_parameter_is_found_once() {
    let config = Config::default();
    let timeout = |name: &str| vec![(name.to_string(), "0".to_string())];
    assert_eq!(shown(&config, &["timeout", "timeout"]), timeout("timeout"));
    assert_eq!(shown(&config, &["time*", "TIMEOUT"]), timeout("timeout"));
    assert_eq!(shown(&config, &["TIMEOUT", "timeout"]), timeout("TIMEOUT"));
    assert_eq!(shown(&config, &["Time?ut"]), timeout("timeout"));
    assert_eq!(shown(&config, &["nosuch", "", "timeou\\t"]), []);
}

#[test]
fn defaults_are_those_of_redis() {
    let config = Config::default();
    let value = |name: &str| shown(&config, &[name]).remove(0).1;
    assert_eq!(value("maxclients"), "10000");
    assert_eq!(value("proto-max-bulk-len"), "536870912");
    assert_eq!(value("client-query-buffer-limit"), "1073741824");
    assert_eq!(value("databases"), "16");
    assert_eq!(value("requirepass"), "");
    assert_eq!(value("bind"), "127.0.0.1");
}
