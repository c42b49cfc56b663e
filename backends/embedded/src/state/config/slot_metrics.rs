//! The syntax of `cluster-slot-stats-enabled`.

use std::fmt;

/// The metrics that a node counts for each of its slots, besides their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SlotMetrics {
    pub(crate) cpu: bool,
    pub(crate) network: bool,
    pub(crate) memory: bool,
}

impl SlotMetrics {
    pub(super) fn all(yes: bool) -> Self {
        Self { cpu: yes, network: yes, memory: yes }
    }

    /// Parses words between single blanks, in any case and order; `None` if one is unknown.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut metrics = Self::default();
        for word in text.split(|byte| *byte == b' ') {
            match word.to_ascii_lowercase().as_slice() {
                b"no" => {}
                b"yes" => metrics = Self::all(true),
                b"cpu" => metrics.cpu = true,
                b"net" => metrics.network = true,
                b"mem" => metrics.memory = true,
                _ => return None,
            }
        }
        Some(metrics)
    }
}

impl fmt::Display for SlotMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::all(true) {
            return f.write_str("yes");
        }
        let words = [(self.cpu, "cpu"), (self.network, "net"), (self.memory, "mem")];
        let words: Vec<_> = words.iter().filter(|(is_on, _)| *is_on).map(|it| it.1).collect();
        f.write_str(if words.is_empty() { "no".into() } else { words.join(" ") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_it_shows() {
        for text in ["no", "yes", "cpu", "net", "mem", "cpu net", "cpu mem", "net mem"] {
            let metrics = SlotMetrics::parse(text.as_bytes()).unwrap();
            assert_eq!(metrics.to_string(), text);
        }
        assert_eq!(SlotMetrics::parse(b"MEM net no Cpu"), Some(SlotMetrics::all(true)));
    }

    #[test]
    fn refuses_other_words_and_other_blanks() {
        for text in ["", "foo", " cpu", "cpu  net", "cpu,net"] {
            assert_eq!(SlotMetrics::parse(text.as_bytes()), None, "{text}");
        }
    }
}
