//! Plain scalars of YAML 1.1, as Go's yaml.v2 resolves them (`resolve.go`), checked against Helm 3.18.

use crate::value::ValueKind;

/// Resolves a plain scalar; returns `None` for `.inf` and `.nan`, which JSON and therefore Helm don't have.
pub fn resolve(text: &str) -> Option<ValueKind> {
    let string = || Some(ValueKind::String(text.into()));
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(ValueKind::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Some(ValueKind::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Some(ValueKind::Bool(false));
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" | ".nan" | ".NaN"
        | ".NAN" => return None,
        _ => {}
    }
    match text.as_bytes()[0] {
        b'+' | b'-' | b'0'..=b'9' => {
            let plain = text.replace('_', "");
            integer(&plain).or_else(|| float(&plain)).map_or_else(string, Some)
        }
        // Without underscores, as in this branch of yaml.v2.
        b'.' => float(text).map_or_else(string, Some),
        _ => string(),
    }
}

/// Returns the number that `text` becomes when a template renders it without quotes, as the chart does with the strings
/// of its own fields.
pub fn pasted_number(text: &str) -> Option<ValueKind> {
    resolve(text.trim()).filter(|data| matches!(data, ValueKind::Int(_) | ValueKind::Float(_)))
}

/// Parses as Go's `strconv.ParseInt(text, 0, 64)` or `ParseUint`: a prefix determines the base, and a leading zero
/// means octal.
fn integer(text: &str) -> Option<ValueKind> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix = digits.get(..2).unwrap_or("").to_ascii_lowercase();
    let (base, digits) = match prefix.as_str() {
        "0x" => (16, &digits[2..]),
        "0b" => (2, &digits[2..]),
        "0o" => (8, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, base).ok()?;
    if negative {
        let number = 0_i64.checked_sub_unsigned(magnitude)?;
        return Some(ValueKind::Int(number));
    }
    #[expect(clippy::cast_precision_loss, reason = "JSON readers take such a number for a float too")]
    Some(i64::try_from(magnitude).map_or(ValueKind::Float(magnitude as f64), ValueKind::Int))
}

/// yaml.v2's float: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, finite.
fn float(text: &str) -> Option<ValueKind> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shape = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    if !shape || !exponent_fits {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(ValueKind::Float)
}

/// Converts a key to a string: JSON has no other keys, and sigs.k8s.io/yaml converts numbers and booleans. Returns
/// `None` for null and collections.
pub fn key_text(data: &ValueKind) -> Option<String> {
    match data {
        ValueKind::String(text) => Some(text.to_string()),
        ValueKind::Bool(truth) => Some(truth.to_string()),
        ValueKind::Int(number) => Some(number.to_string()),
        ValueKind::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scalars, each with the JSON that `helm template` printed for it.
    const RECORDED: &[(&str, &str)] = &[
        ("1e3", "1000"),
        ("0x1f", "31"),
        ("012", "10"),
        ("08", "8"),
        ("0o14", "12"),
        ("1_000", "1000"),
        ("0b11", "3"),
        ("1:30", "\"1:30\""),
        ("2020-01-01", "\"2020-01-01\""),
        (".5", "0.5"),
        ("5.", "5"),
        ("+3", "3"),
        ("-0b11", "-3"),
        ("1e400", "\"1e400\""),
        ("0.1e1", "1"),
        ("1.0", "1"),
        ("y", "true"),
        ("yEs", "\"yEs\""),
        ("oN", "\"oN\""),
        ("ON", "true"),
        ("nUll", "\"nUll\""),
        ("0x1.8p3", "\"0x1.8p3\""),
        ("inf", "\"inf\""),
        ("NaN", "\"NaN\""),
        ("1__0", "10"),
        ("+.5", "0.5"),
        (".5e3", "500"),
        ("1.e3", "1000"),
        ("._5", "\"._5\""),
        ("0b2", "\"0b2\""),
        ("-0x1f", "-31"),
        ("0777", "511"),
        ("-012", "-10"),
        ("0888", "888"),
        ("1e-2", "0.01"),
        ("~", "null"),
        ("18446744073709551615", "18446744073709552000"),
    ];

    #[test]
    fn scalars_are_helms() {
        for (text, json) in RECORDED {
            let expected: serde_json::Value = serde_json::from_str(json).expect("recorded JSON");
            let found = match resolve(text).expect("none of these is infinite") {
                ValueKind::Null => serde_json::Value::Null,
                ValueKind::Bool(truth) => truth.into(),
                ValueKind::Int(number) => number.into(),
                ValueKind::Float(number) => number.into(),
                ValueKind::String(text) => (&*text).into(),
                other => panic!("{other:?}"),
            };
            let same = found == expected || (found.is_number() && found.as_f64() == expected.as_f64());
            assert!(same, "{text}: {found} is not {expected}");
        }
    }

    #[test]
    fn infinities_are_refused() {
        assert_eq!(resolve(".inf"), None);
        assert_eq!(resolve("-.INF"), None);
    }
}
