//! Numbers for people: three digits and a unit.

/// Units per second: `2.05 M/s`
pub(super) fn rate(per_second: f64) -> String {
    let (value, unit) = match per_second {
        value if value >= 1e6 => (value / 1e6, " M/s"),
        value if value >= 1e3 => (value / 1e3, " k/s"),
        value => (value, " /s"),
    };
    format!("{}{unit}", digits(value))
}

/// A span: `0.43 µs`
pub(super) fn span(nanos: f64) -> String {
    let (value, unit) = match nanos {
        nanos if nanos >= 1e9 => (nanos / 1e9, " s"),
        nanos if nanos >= 1e6 => (nanos / 1e6, " ms"),
        nanos => (nanos / 1e3, " µs"),
    };
    format!("{}{unit}", digits(value))
}

/// A ratio: `1.30×`
pub(super) fn ratio(value: f64) -> String {
    format!("{}×", digits(value))
}

fn digits(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{value:.0}"),
        value if value >= 9.995 => format!("{value:.1}"),
        value if value >= 0.0995 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_show_three_digits_of_any_size() {
        assert_eq!(rate(2_054_000.0), "2.05 M/s");
        assert_eq!(rate(785_400.0), "785 k/s");
        assert_eq!(rate(99.96), "100 /s");
        assert_eq!(span(430.0), "0.43 µs");
        assert_eq!(span(343_210.0), "343 µs");
        assert_eq!(span(1_230_000.0), "1.23 ms");
        assert_eq!(ratio(52.36), "52.4×");
        assert_eq!(ratio(0.0123), "0.012×");
    }
}
