//! Quantities of Kubernetes, and what people write in their place.

/// Returns true if `text` is a quantity (apimachinery, `pkg/api/resource`): a decimal number and a suffix.
pub(super) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let points = number.len() - digits;
    let exponent = suffix.strip_prefix(['e', 'E']).is_some_and(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit())
    });
    let known = matches!(
        suffix,
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei"
    );
    digits > 0 && points <= 1 && (known || exponent)
}

/// The number that `text` begins with, and what follows.
fn split(text: &str) -> Option<(String, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number.bytes().any(|c| c.is_ascii_digit())).then(|| (number.replace(',', "."), unit.trim()))
}

/// The quantity that was most likely meant by `text`, of the resource `resource`.
pub(super) fn nearest(text: &str, resource: &str) -> Option<String> {
    let (number, unit) = split(text)?;
    let of_cpu = resource == "cpu";
    let unit = match unit.to_lowercase().as_str() {
        "" | "b" | "byte" | "bytes" | "core" | "cores" | "cpu" | "cpus" | "vcpu" => "",
        "k" | "kb" => "k",
        "ki" | "kib" => "Ki",
        "m" | "mb" | "mcpu" | "mc" | "milli" | "millicores" if of_cpu => "m",
        "mi" | "mib" => "Mi",
        "m" | "mb" | "meg" | "mbytes" => "M",
        "gi" | "gib" => "Gi",
        "g" | "gb" => "G",
        "ti" | "tib" => "Ti",
        "t" | "tb" => "T",
        _ => return None,
    };
    let near = format!("{number}{unit}");
    is_quantity(&near).then_some(near)
}

/// A quantity as the resource has it.
pub(super) fn example(resource: &str) -> &'static str {
    if resource == "cpu" { "500m" } else { "512Mi" }
}

/// Fewer bytes than any container or volume can be meant to have.
const FEWEST_BYTES: f64 = 65_536.0;

/// Returns the meaning of a quantity that has the unit of another resource, such as bytes of a processor or thousandths of a
/// byte, and the quantity that was most likely intended.
pub(super) fn odd_unit(text: &str, resource: &str) -> Option<(String, String)> {
    let (number, unit) = split(text)?;
    match (resource, unit) {
        ("cpu", "Ki" | "Mi" | "Gi" | "Ti" | "M" | "G" | "T" | "k") => {
            let times = match unit {
                "k" | "Ki" => "a thousand",
                "M" | "Mi" => "a million",
                "G" | "Gi" => "a billion",
                _ => "a trillion",
            };
            Some((format!("{number} times {times} processors: `{unit}` is a unit of bytes"), format!("{number}m")))
        }
        ("memory" | "storage" | "ephemeral-storage", "")
            if number.parse::<f64>().is_ok_and(|bytes| bytes > 0.0 && bytes < FEWEST_BYTES) =>
        {
            Some((format!("{number} bytes"), format!("{number}Mi")))
        }
        ("memory" | "storage" | "ephemeral-storage", "m") => {
            Some((format!("{number} thousandths of a byte: `m` is milli"), format!("{number}Mi")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        for text in ["500m", "1Gi", "0.5", "1e3", "-1", "+.5k", "12E6", "3E"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "m", "1GB", "1 Gi", "1.2.3", "1e", "0x10"] {
            assert!(!is_quantity(text), "{text}");
        }
    }

    #[test]
    fn what_was_meant() {
        let near = |text, resource| nearest(text, resource).unwrap_or_default();
        assert_eq!(near("250mb", "cpu"), "250m");
        assert_eq!(near("512MB", "memory"), "512M");
        assert_eq!(near("2 GB", "memory"), "2G");
        assert_eq!(near("128MiB", "memory"), "128Mi");
        assert_eq!(near("0,5", "cpu"), "0.5");
        assert_eq!(nearest("many", "cpu"), None);
    }
}
