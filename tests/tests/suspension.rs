//! Cases pass in a process that is suspended and resumed: by a debugger, a shell's job control, a
//! paused machine. A read with a timeout would fail, so no client of a case has one.

use std::process::{Command, Stdio};
use std::thread;

/// The cases with the blocking client, which waits on a thread; the others wait in a runtime.
const CASES: &str = "embedded_resp2_blocking";

#[test]
fn should_pass_in_a_process_that_is_suspended_again_and_again() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([CASES, "--color", "never"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = command.spawn().unwrap();
    let id = running.id().to_string();
    // Its output is read meanwhile: a full pipe would block it.
    let running = thread::spawn(move || running.wait_with_output().unwrap());
    let mut suspensions = 0;
    while !running.is_finished() {
        for signal in ["-STOP", "-CONT"] {
            // The process may have exited in between.
            let _ =
                Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status().unwrap();
        }
        suspensions += 1;
    }
    let output = running.join().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "after {suspensions} suspensions:\n{text}");
    assert!(
        text.contains("test result: ok") && suspensions > 1,
        "{suspensions} suspensions:\n{text}"
    );
}
