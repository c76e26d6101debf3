//! Numbers that are written as texts: annotations hold nothing else.

/// The number that `text` writes in decimals, as Go's `ParseFloat` reads it; nothing else.
pub fn decimal(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

/// The seconds of a duration as Go writes it: `90s`, `1h30m`, `1.5s`; a number needs its unit, but for `0`.
pub fn seconds(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if rest == "0" {
        return Some(0.0);
    }
    let mut sum = None;
    while !rest.is_empty() {
        let digits = rest.bytes().position(|b| !b.is_ascii_digit() && b != b'.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let (unit, after) = UNITS.iter().find_map(|(name, unit)| Some((unit, rest[digits..].strip_prefix(name)?)))?;
        sum = Some(sum.unwrap_or(0.0) + number * unit);
        rest = after;
    }
    sum.map(|sum| sign * sum)
}

/// Units, longer names before those that begin them.
const UNITS: &[(&str, f64)] =
    &[("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        for (text, wanted) in
            [("90s", 90.0), ("1h30m", 5400.0), ("1.5s", 1.5), ("-5m", -300.0), ("0", 0.0), ("250ms", 0.25)]
        {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        for text in ["", "90", "s", "1x", "1h30", "h1", "1 s", "-"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_are_numbers_and_nothing_else() {
        for (text, wanted) in [("3", 3.0), ("-1", -1.0), ("0.5", 0.5), ("1e3", 1000.0)] {
            assert_eq!(decimal(text), Some(wanted), "{text}");
        }
        for text in ["", "high", "inf", "NaN", "1 ", "0x10", "1s"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
