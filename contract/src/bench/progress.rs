use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::load::Load;

/// The progress of the run, on standard error if that is a terminal.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(samples: usize) -> Self {
        let bar = ProgressBar::new(samples as u64);
        if let Ok(style) =
            ProgressStyle::with_template("{wide_bar:.dim} {pos}/{len} {eta:>4} {msg}")
        {
            bar.set_style(style);
        }
        // Another thread draws it while a sample is taken, so it must draw rarely.
        bar.enable_steady_tick(Duration::from_secs(1));
        Self(bar)
    }

    pub(super) fn show(&self, load: &Load, server: &str, round: usize) {
        self.0.set_message(format!("{} on {server}, round {}", load.name, round + 1));
    }

    pub(super) fn advance(&self) {
        self.0.inc(1);
    }

    /// Hides the bar while this prints.
    pub(super) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
