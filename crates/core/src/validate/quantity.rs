//! Amounts such as `500m` and `1Gi` (apimachinery, `api/resource`), compared exactly.

/// An amount: `digits` times 10 to the power of `ten` times 2 to the power of `two`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    digits: i128,
    ten: i32,
    two: u32,
}

/// The most digits that are read: what is longer is rounded by the API server.
const MAX_DIGITS: usize = 30;

impl Quantity {
    /// Reads `text`; `None` where it is no quantity, or one with more digits than matter.
    pub fn parse(text: &str) -> Option<Quantity> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let end = rest.bytes().position(|b| !b.is_ascii_digit() && b != b'.').unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_number = !(fraction.contains('.') || whole.is_empty() && fraction.is_empty());
        if !is_number || whole.len() + fraction.len() > MAX_DIGITS {
            return None;
        }
        let digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
        let (ten, two) = scale(suffix)?;
        let ten = ten - i32::try_from(fraction.len()).ok()?;
        Some(Quantity { digits: if negative { -digits } else { digits }, ten, two })
    }

    /// Returns true if it is below 0.
    pub fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// Returns true if it is 0.
    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The amount in units of 10 to the power of -9, rounded away from zero as the API server does; absent where it is too large.
    pub fn nanos(self) -> Option<i128> {
        let scaled = self.digits.checked_mul(1_i128.checked_shl(self.two)?)?;
        let exponent = self.ten + 9;
        let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
        if exponent >= 0 {
            return scaled.checked_mul(power);
        }
        let (quotient, rest) = (scaled / power, scaled % power);
        Some(if rest == 0 { quotient } else { quotient + rest.signum() })
    }

    /// Returns true if it is a whole number of units.
    pub fn is_whole(self) -> bool {
        self.nanos().is_none_or(|nanos| nanos % NANO == 0)
    }

    /// Returns true if it is a whole number of `unit`, and not 0.
    pub fn is_multiple_of(self, unit: Quantity) -> bool {
        match (self.nanos(), unit.nanos()) {
            (Some(amount), Some(unit)) if unit > 0 => amount % unit == 0 && amount > 0,
            _ => false,
        }
    }
}

/// The number of the smallest units that make 1.
const NANO: i128 = 1_000_000_000;

/// The powers of 10 and of 2 that a suffix stands for.
fn scale(suffix: &str) -> Option<(i32, u32)> {
    Some(match suffix {
        "n" => (-9, 0),
        "u" => (-6, 0),
        "m" => (-3, 0),
        "" => (0, 0),
        "k" => (3, 0),
        "M" => (6, 0),
        "G" => (9, 0),
        "T" => (12, 0),
        "P" => (15, 0),
        "E" => (18, 0),
        "Ki" => (0, 10),
        "Mi" => (0, 20),
        "Gi" => (0, 30),
        "Ti" => (0, 40),
        "Pi" => (0, 50),
        "Ei" => (0, 60),
        exponent => (exponent.strip_prefix(['e', 'E'])?.parse().ok().filter(|ten: &i32| ten.abs() <= 30)?, 0),
    })
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.nanos()?.partial_cmp(&other.nanos()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Quantity {
        Quantity::parse(text).unwrap_or_else(|| panic!("{text} is a quantity"))
    }

    #[test]
    fn amounts_are_compared_across_suffixes() {
        for (less, more) in
            [("500m", "1"), ("1Gi", "2G"), ("128M", "128Mi"), ("1e3", "1001"), ("-1", "0"), ("0.1", "101m")]
        {
            assert!(read(less) < read(more), "{less} is less than {more}");
        }
        assert_eq!(read("1000m").partial_cmp(&read("1")), Some(std::cmp::Ordering::Equal));
        assert_eq!(read("1E").partial_cmp(&read("1e18")), Some(std::cmp::Ordering::Equal));
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        for bad in ["", "1gb", "4 Gi", "Mi", ".", "1.2.3", "--1", "1e", "abc"] {
            assert_eq!(Quantity::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn whole_and_multiples() {
        assert!(read("2").is_whole() && read("2000m").is_whole() && !read("500m").is_whole());
        assert!(read("64Mi").is_multiple_of(read("2Mi")) && !read("3Mi").is_multiple_of(read("2Mi")));
    }
}
