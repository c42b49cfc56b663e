//! A container is removed when its owner ends for any reason, and not before.

use std::process::{Command, Stdio};

use twincast_redis::container::remove_orphans;

use crate::run::{Run, Timestamp, count, role};

#[test]
fn should_leave_nothing_after_a_passing_run() {
    let before = Timestamp::now();
    let mut run = Run::start(&mut role("pass"));
    let containers = run.containers(1);
    assert!(run.end().success());
    before.wait_for_removal(&containers);
    assert_eq!(count(run.pid), 0);
}

#[test]
fn should_leave_nothing_after_a_failing_run() {
    let before = Timestamp::now();
    let mut run = Run::start(role("panic").stderr(Stdio::null()));
    let containers = run.containers(1);
    assert!(!run.end().success());
    before.wait_for_removal(&containers);
    assert_eq!(count(run.pid), 0);
}

#[test]
fn should_keep_the_containers_of_a_run_until_it_is_killed() {
    let before = Timestamp::now();
    let mut run = Run::start(&mut role("hold"));
    let containers = run.containers(2);
    remove_orphans().unwrap();
    assert_eq!(count(run.pid), 2);
    run.kill();
    before.wait_for_removal(&containers);
    assert_eq!(count(run.pid), 0);
}

#[test]
fn should_remove_the_orphans_of_a_killed_run_without_a_reaper() {
    // Without `docker` on PATH the reaper can do nothing.
    let before = Timestamp::now();
    let mut run = Run::start(role("hold").env("PATH", "/nonexistent"));
    let containers = run.containers(2);
    run.kill();
    remove_orphans().unwrap();
    // Another test may be removing them already.
    before.wait_for_removal(&containers);
    assert_eq!(count(run.pid), 0);
}

#[test]
fn should_share_one_container_among_the_processes_of_one_owner() {
    let before = Timestamp::now();
    let mut owner = Run::start(&mut Command::new("cat"));
    let pid = owner.pid.to_string();
    let mut runs = [(); 3].map(|()| Run::start(role("pass").env("TWINCAST_OWNER", &pid)));
    let ids: Vec<_> = runs.iter_mut().flat_map(|run| run.containers(1)).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert!(runs.iter_mut().all(|run| run.end().success()));
    assert_eq!(count(owner.pid), 1);

    owner.kill();
    before.wait_for_removal(&ids[..1]);
    assert_eq!(count(owner.pid), 0);
}

/// Nextest runs every test in a process and sets NEXTEST. In this test a shell is the runner.
#[test]
fn should_share_one_container_among_the_tests_of_a_runner() {
    let before = Timestamp::now();
    let test = role("pass");
    let mut runner = Command::new("/bin/sh");
    runner.args(["-c", "\"$@\" & \"$@\" & \"$@\" & wait; read -r end", "runner"]);
    runner.arg(test.get_program()).args(test.get_args());
    for (name, value) in test.get_envs() {
        match value {
            Some(value) => runner.env(name, value),
            None => runner.env_remove(name),
        };
    }
    let mut run = Run::start(runner.env("NEXTEST", "1"));
    let ids = run.containers(3);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(count(run.pid), 1);

    run.end();
    before.wait_for_removal(&ids[..1]);
    assert_eq!(count(run.pid), 0);
}
