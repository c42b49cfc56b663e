//! How much memory all keys take, approximately.

use super::State;

/// How many elements of a collection are measured.
const SAMPLES: usize = 5;

impl State {
    /// The bytes of a server without keys.
    pub(crate) const STARTUP_MEMORY: usize = 1 << 20;

    /// The bytes that the server and its keys take, according to a few elements of each key.
    pub(crate) fn used_memory(&self) -> usize {
        let entries = (0..self.config.databases).flat_map(|index| self.keyspace.iter(index));
        Self::STARTUP_MEMORY + entries.map(|(key, entry)| entry.memory(key, SAMPLES)).sum::<usize>()
    }

    /// Whether the keys take more than `maxmemory`. They are measured again when a sixteenth of them
    /// may have changed.
    pub(crate) fn is_out_of_memory(&mut self) -> bool {
        let Some(most) = usize::try_from(self.config.max_memory).ok().filter(|most| *most > 0)
        else {
            return false;
        };
        let keys: usize = (0..self.config.databases).map(|it| self.keyspace.iter(it).len()).sum();
        let (measured_at, _) = self.measured_memory;
        if measured_at.is_none_or(|then| self.changes > then + keys as u64 / 16) {
            self.measured_memory = (Some(self.changes), self.used_memory());
        }
        self.measured_memory.1 > most
    }
}
