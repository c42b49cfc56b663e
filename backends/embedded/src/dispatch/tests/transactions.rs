use crate::dispatch::tests::harness::TestEngine;
use crate::state::client::CloseMode;

#[test]
fn should_run_commands_in_a_transaction_that_a_subscriber_may_not_send() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "MULTI\r\nSSUBSCRIBE s\r\nSUBSCRIBE c\r\nECHO e\r\nPUBLISH c m\r\n");
    assert_eq!(
        engine.request(client, "EXEC\r\n"),
        "*4\r\n-ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client\r\n\
         *3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n$1\r\ne\r\n:1\r\n\
         *3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n",
    );
    assert!(engine.request(client, "ECHO e\r\n").starts_with("-ERR Can't execute 'echo'"));
}

#[test]
fn should_abort_if_a_command_was_refused_while_queueing() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "MULTI\r\nNOSUCH\r\nPING\r\n");
    assert_eq!(
        engine.request(client, "EXEC\r\nEXEC\r\n"),
        "-EXECABORT Transaction discarded because of previous errors.\r\n\
         -ERR EXEC without MULTI\r\n",
    );
}

#[test]
fn should_continue_after_a_nested_multi() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_eq!(
        engine.request(client, "MULTI\r\nMULTI\r\nWATCH a\r\nPING\r\nEXEC\r\n"),
        "+OK\r\n-ERR MULTI calls can not be nested\r\n-ERR WATCH inside MULTI is not allowed\r\n\
         +QUEUED\r\n*1\r\n+PONG\r\n",
    );
}

#[test]
fn should_abort_with_the_reason_why_exec_was_refused() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    assert_eq!(
        engine.request(client, "MULTI\r\nEXEC x\r\nPING\r\n"),
        "+OK\r\n-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' \
         command\r\n+PONG\r\n",
    );
}

#[test]
fn should_run_nothing_if_a_watched_key_changed() {
    let mut engine = TestEngine::new();
    let (client, other) = (engine.connect(), engine.connect());
    engine.request(client, "WATCH k\r\nMULTI\r\nPING\r\n");
    engine.request(other, "SET k v\r\n");
    assert_eq!(engine.request(client, "EXEC\r\n"), "*-1\r\n");
    assert_eq!(engine.request(client, "MULTI\r\nEXEC\r\n"), "+OK\r\n*0\r\n");
}

#[test]
fn should_send_nothing_after_a_client_kills_itself_in_a_transaction() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "MULTI\r\nCLIENT KILL SKIPME no\r\nPING\r\n");
    assert_eq!(engine.request(client, "EXEC\r\nPING\r\n"), "*2\r\n:1\r\n");
    assert_eq!(engine.close_mode(client), Some(CloseMode::AfterOutput));
}

#[test]
fn should_show_a_running_transaction_in_client_info() {
    let mut engine = TestEngine::new();
    let client = engine.connect();
    engine.request(client, "MULTI\r\nCLIENT INFO\r\nPING\r\n");
    let shown = engine.request(client, "EXEC\r\n");
    assert!(shown.contains(" flags=xU ") && shown.contains(" multi=2 "), "{shown}");
    assert!(engine.request(client, "CLIENT INFO\r\n").contains(" multi=-1 "));
}

#[test]
fn should_keep_watching_after_a_failed_discard() {
    let mut engine = TestEngine::new();
    let (client, other) = (engine.connect(), engine.connect());
    engine.request(client, "WATCH k\r\nDISCARD\r\nMULTI\r\n");
    engine.request(other, "SET k v\r\n");
    assert_eq!(engine.request(client, "EXEC\r\n"), "*-1\r\n");
}
