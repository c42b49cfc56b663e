use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc::SyncSender},
};

/// How many lines are kept: as many as an error shows.
const MAX_LINES: usize = 40;

/// Every Redis from 6.2 on and every Valkey log this once their sockets listen.
pub(super) const READY_MESSAGE: &str = "Ready to accept connections";

/// The last lines that the server wrote.
#[derive(Debug, Default, Clone)]
pub(super) struct Log(Arc<Mutex<VecDeque<String>>>);

impl Log {
    pub(super) fn tail(&self) -> Vec<String> {
        self.lines().iter().cloned().collect()
    }

    /// Reads the server's output until the server ends. Sends at the first line that contains
    /// `ready`; if there is none, the sender is dropped without sending.
    pub(super) fn follow(&self, output: impl Read, ready: &str, sender: SyncSender<()>) {
        let mut sender = Some(sender);
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if line.contains(ready)
                && let Some(sender) = sender.take()
            {
                let _ = sender.try_send(());
            }
            self.push(line);
        }
    }

    fn push(&self, line: String) {
        let mut lines = self.lines();
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    fn lines(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn should_fire_at_the_ready_line_and_keep_the_last_lines() {
        let (sender, receiver) = sync_channel(1);
        let log = Log::default();
        let text: String = (0..60).map(|n| format!("line {n}\n")).collect();
        log.follow(format!("* {READY_MESSAGE} tcp\n{text}").as_bytes(), READY_MESSAGE, sender);
        assert_eq!(receiver.recv(), Ok(()));
        assert_eq!(log.tail().len(), MAX_LINES);
        assert_eq!(log.tail().last().map(String::as_str), Some("line 59"));
    }

    #[test]
    fn should_hang_up_when_the_output_ends_before_the_ready_line() {
        let (sender, receiver) = sync_channel(1);
        Log::default().follow(&b"Bad directive\n"[..], READY_MESSAGE, sender);
        assert!(receiver.recv().is_err());
    }
}
