//! Numbers with a fraction, as C and the servers write them.

/// With so many significant digits at most, as C's `%.17g` shows it with 17.
pub(crate) fn in_digits(number: f64, most: usize) -> String {
    if !number.is_finite() {
        return not_finite(number);
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let (digits, exponent) = digits_of(&format!("{number:.*e}", most - 1));
    format!("{sign}{}", arranged(&digits, exponent, most))
}

/// A number with these digits, the first of which has an exponent of ten, as C's `%g` arranges them.
/// There are no zeros at their end, and `most` digits at most.
pub(crate) fn arranged(digits: &str, exponent: i32, most: usize) -> String {
    match usize::try_from(exponent) {
        Ok(exponent) if exponent < most => plain(digits, exponent),
        Err(_) if exponent >= -4 => below_one(digits, exponent),
        _ => {
            let e = if exponent < 0 { '-' } else { '+' };
            format!("{}e{e}{:02}", pointed(digits), exponent.unsigned_abs())
        }
    }
}

/// With as few digits as possible, as the servers' own algorithm arranges them.
pub(crate) fn shortest(number: f64) -> String {
    if !number.is_finite() {
        return not_finite(number);
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let (digits, exponent) = digits_of(&format!("{number:e}"));
    // The power of ten of the last digit.
    let last = exponent - (digits.len() as i32 - 1);
    let is_plain = match last {
        0.. => exponent.unsigned_abs() < digits.len() as u32 + 7,
        _ => last > -7 || exponent.unsigned_abs() < 4,
    };
    if !is_plain {
        return format!("{sign}{}e{exponent:+}", pointed(&digits));
    }
    match usize::try_from(exponent) {
        Ok(exponent) => format!("{sign}{}", plain(&digits, exponent)),
        Err(_) => format!("{sign}{}", below_one(&digits, exponent)),
    }
}

fn not_finite(number: f64) -> String {
    match number {
        _ if number.is_nan() && number.is_sign_negative() => "-nan",
        _ if number.is_nan() => "nan",
        _ if number > 0.0 => "inf",
        _ => "-inf",
    }
    .to_owned()
}

/// A number from one on.
fn plain(digits: &str, exponent: usize) -> String {
    match digits.split_at_checked(exponent + 1) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits:0<width$}", width = exponent + 1),
    }
}

/// A number below one.
fn below_one(digits: &str, exponent: i32) -> String {
    let zeros = exponent.unsigned_abs() as usize - 1;
    format!("0.{}{digits}", "0".repeat(zeros))
}

/// One digit, a point, and the rest.
fn pointed(digits: &str) -> String {
    match digits.split_at(1) {
        (first, "") => first.to_owned(),
        (first, rest) => format!("{first}.{rest}"),
    }
}

/// The digits of a finite number without a point and without zeros at the end, and the exponent of
/// the first one.
fn digits_of(scientific: &str) -> (String, i32) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    (digits.to_owned(), exponent.parse().unwrap_or(0))
}
