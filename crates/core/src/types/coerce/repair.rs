//! The string that fits and is nearest to one that does not.

/// `text` after the smallest of some usual repairs that makes it fit; `None` where none does.
pub(super) fn nearest(text: &str, fits: &dyn Fn(&str) -> bool) -> Option<String> {
    let trimmed = text.trim();
    let joined = join(trimmed);
    let lower = joined.to_lowercase();
    let dashed = dashes(&lower);
    let candidates = [
        trimmed.to_owned(),
        trimmed.trim_matches(|c: char| "\"'`“”‘’".contains(c)).to_owned(),
        joined.clone(),
        lower,
        format!("/{trimmed}"),
        trimmed.replace('\\', "/"),
        without_scheme(trimmed).to_owned(),
        path_of(trimmed).to_owned(),
        trimmed.trim_end_matches('/').to_owned(),
        without_port(trimmed).to_owned(),
        joined.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
        restored(trimmed, fits).unwrap_or_default(),
        dashed.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).to_owned(),
        trimmed.trim_end_matches(['.', ',', ';', ':', '-', '_']).to_owned(),
        duration(trimmed, fits).unwrap_or_default(),
    ];
    candidates.into_iter().find(|candidate| candidate != text && !candidate.is_empty() && fits(candidate))
}

/// Without spaces: one next to punctuation goes, others become a dash.
fn join(text: &str) -> String {
    let mut joined = String::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        joined.push_str(word);
        let next = words.peek().and_then(|next| next.chars().next());
        let touches = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        if next.is_some() && !touches(next) && !touches(word.chars().last()) {
            joined.push('-');
        }
    }
    joined
}

/// Replaces by dashes only the characters that don't fit, and capital letters by others only where they don't.
fn restored(text: &str, fits: &dyn Fn(&str) -> bool) -> Option<String> {
    let replaced = |kept: &[char], capitals: bool| {
        let replace = |c: char| match c {
            _ if !c.is_ascii_alphanumeric() && !kept.contains(&c) => '-',
            _ if capitals => c,
            _ => c.to_ascii_lowercase(),
        };
        let dashed: String = text.chars().map(replace).collect();
        dashed.trim_matches(|c: char| !c.is_ascii_alphanumeric() && !kept.contains(&c)).to_owned()
    };
    let mut kept = Vec::new();
    if !fits(&replaced(&kept, false)) {
        return None;
    }
    let capitals = fits(&replaced(&kept, true));
    for mark in text.chars().filter(|c| !c.is_ascii_alphanumeric()) {
        if !kept.contains(&mark) {
            kept.push(mark);
            if !fits(&replaced(&kept, capitals)) {
                kept.pop();
            }
        }
    }
    Some(replaced(&kept, capitals))
}

/// A time with its unit as Go writes it: `10 sec`, `1 minute`, `1d`, and a number of seconds. Of other strings, `None`.
fn duration(text: &str, fits: &dyn Fn(&str) -> bool) -> Option<String> {
    if !fits("1h") || !fits("30s") || fits("x") {
        return None;
    }
    if let Some((whole, fraction)) = text.trim_end_matches('s').split_once('.') {
        let (whole, fraction) = (whole.parse::<u32>().ok()?, format!("{fraction:0<3}").parse::<u32>().ok()?);
        return Some(format!("{}ms", whole.checked_mul(1000)?.checked_add(fraction)?));
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (text[..end].parse::<u32>().ok()?, text[end..].trim().to_lowercase());
    let unit = match unit.as_str() {
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => "ms",
        "" | "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => return Some(format!("{}h", number.checked_mul(24)?)),
        _ => return None,
    };
    Some(format!("{number}{unit}"))
}

fn dashes(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

fn without_scheme(text: &str) -> &str {
    text.split_once("://").map_or(text, |(_, rest)| rest)
}

/// A host without its port.
fn without_port(text: &str) -> &str {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => text,
    }
}

/// The path of a URL.
fn path_of(text: &str) -> &str {
    let rest = without_scheme(text);
    if rest.len() == text.len() { text } else { rest.find('/').map_or("/", |slash| &rest[slash..]) }
}

/// Why `text` does not fit and `repaired` does.
pub(super) fn reason(text: &str, repaired: &str) -> String {
    let gone = |c: char| text.contains(c) && !repaired.contains(c);
    let mut wrong = Vec::new();
    if text.contains(char::is_whitespace) && !repaired.contains(char::is_whitespace) {
        wrong.push("spaces".to_owned());
    }
    if text.contains(char::is_uppercase) && !repaired.contains(char::is_uppercase) {
        wrong.push("capital letters".to_owned());
    }
    let mut marks: Vec<char> =
        text.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace() && gone(*c)).collect();
    marks.dedup();
    marks.truncate(3);
    wrong.extend(marks.iter().map(|mark| format!("`{mark}`")));
    let first = repaired.chars().next().unwrap_or(' ');
    if repaired.len() == text.len() + 1 && repaired.ends_with(text) {
        return format!("it must begin with `{first}`");
    }
    match wrong.as_slice() {
        [] if text.starts_with(|c: char| c.is_ascii_digit()) && repaired.starts_with(|c: char| c.is_ascii_digit()) => {
            "its unit is missing or not one of `h`, `m`, `s` and `ms`".to_owned()
        }
        [] if text.ends_with(|c: char| !c.is_alphanumeric()) => "its last character is not allowed there".to_owned(),
        [] => "its first character is not allowed there".to_owned(),
        [one] if one.starts_with('`') => format!("{one} is not allowed"),
        [one] => format!("{one} are not allowed"),
        [most @ .., last] => format!("{} and {last} are not allowed", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Pattern;

    #[test]
    fn the_nearest_string_that_fits() {
        let near = |text: &str, pattern: &str| {
            let pattern = Pattern::of_whole_text(pattern).expect("a pattern");
            nearest(text, &|text| pattern.is_match(text)).map(|near| (reason(text, &near), near))
        };
        let label = "([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?";
        let some = |reason: &str, near: &str| Some((reason.to_owned(), near.to_owned()));
        assert_eq!(near("web shop", label), some("spaces are not allowed", "web-shop"));
        assert_eq!(
            near("Shop_1", "[a-z]([-a-z0-9]*[a-z0-9])?"),
            some("capital letters and `_` are not allowed", "shop-1")
        );
        assert_eq!(near("reg/shop: 1", "[a-zA-Z0-9][a-zA-Z0-9._:/@-]*"), some("spaces are not allowed", "reg/shop:1"));
        assert_eq!(near("healthz", "/.*"), some("it must begin with `/`", "/healthz"));
        assert_eq!(near("", "/.+"), None);
        let time = "([0-9]{1,5}(h|m|s|ms)){1,4}";
        assert_eq!(near("1 minute", time), some("spaces are not allowed", "1m"));
        assert_eq!(near("1d", time), some("its unit is missing or not one of `h`, `m`, `s` and `ms`", "24h"));
        assert_eq!(near("soon", time), None);
    }
}
