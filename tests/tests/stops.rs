//! A process that is stopped and goes on: by a debugger, a suspended shell, a machine that is
//! paused. A read with a timeout fails then, so no client of a case may have one.

use std::process::{Command, Stdio};
use std::thread;

/// The cases of this client, which waits on a thread: the others wait in a runtime.
const CASES: &str = "embedded_resp2_blocking";

#[test]
fn should_hold_in_a_process_that_is_stopped_again_and_again() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([CASES, "--color", "never"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = command.spawn().unwrap();
    let id = running.id().to_string();
    // What it says is read meanwhile: a full pipe would keep it from ending.
    let running = thread::spawn(move || running.wait_with_output().unwrap());
    let mut stops = 0;
    while !running.is_finished() {
        for signal in ["-STOP", "-CONT"] {
            // It may have ended in between.
            let _ =
                Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status().unwrap();
        }
        stops += 1;
    }
    let output = running.join().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "after {stops} stops:\n{said}");
    assert!(said.contains("test result: ok") && stops > 1, "{stops} stops:\n{said}");
}
