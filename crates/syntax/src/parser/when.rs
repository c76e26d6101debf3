//! Tests of `when` as other notations write them.

/// The words that name what a test is about.
const HEADER: [&str; 2] = ["header", "headers"];
const QUERY: [&str; 6] = ["query", "queryparams", "queryparam", "query_param", "param", "parameter"];
const PATH: [&str; 3] = ["path", "uri", "url"];
const METHOD: [&str; 2] = ["method", "verb"];

/// Returns a test that is written in another notation as it is written in relc: `header x is "y"` for `headers.x == "y"` and
/// `headers: { x: { exact: "y" } }`; `None` if it has no value, or more than one.
pub(super) fn meant(text: &str) -> Option<String> {
    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    let [.., open, close] = quotes[..] else { return None };
    let value = &text[open..=close];
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut words: Vec<&str> = text[..open].split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let symbol = text[..open].trim_end().ends_with(['=', '~']);
    let operator = match words.last().copied().and_then(operator) {
        Some(operator) => {
            words.pop();
            operator
        }
        None if text[..open].trim_end().ends_with('~') => "matches",
        None if symbol || text.contains([':', '[']) => "is",
        None => return None,
    };
    // `starts with` is two words.
    if words.last().is_some_and(|word| self::operator(word).is_some()) {
        words.pop();
    }
    let subject = words.first()?.to_lowercase();
    let is_any = |of: &[&str]| of.contains(&subject.as_str());
    match words.as_slice() {
        [_] if is_any(&PATH) => Some(format!("path {operator} {value}")),
        [_] if is_any(&METHOD) => Some(format!("method {operator} {value}")),
        [_, name] if is_any(&HEADER) => Some(format!("header {name} {operator} {value}")),
        [_, name] if is_any(&QUERY) => Some(format!("query {name} {operator} {value}")),
        [name] if !is_any(&HEADER) && !is_any(&QUERY) && !matches!(subject.as_str(), "cookie" | "cookies" | "not") => {
            Some(format!("header {name} {operator} {value}"))
        }
        _ => None,
    }
}

/// The operator that a word is another one for.
pub(super) fn operator(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "is" | "exact" | "equals" | "equal" | "eq" | "value" => "is",
        "prefix" | "startswith" | "starts" | "begins" | "beginswith" | "pathprefix" => "prefix",
        "matches" | "match" | "regex" | "regexp" | "like" => "matches",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn tests_of_other_notations() {
        let cases = [
            (r#"headers: { traffic: { exact: "test" } }"#, Some(r#"header traffic is "test""#)),
            (r#"header["traffic"] == "test""#, Some(r#"header traffic is "test""#)),
            (r#"headers.x-user =~ "a.*""#, Some(r#"header x-user matches "a.*""#)),
            (r#"traffic is "test""#, Some(r#"header traffic is "test""#)),
            (r#"uri prefix "/beta""#, Some(r#"path prefix "/beta""#)),
            (r#"uri: { prefix: "/beta" }"#, Some(r#"path prefix "/beta""#)),
            (r#"queryParams: { v: { exact: "2" } }"#, Some(r#"query v is "2""#)),
            (r#"not header traffic is "test""#, None),
            (r#"cookie user is "x""#, None),
            ("traffic", None),
        ];
        for (written, expected) in cases {
            assert_eq!(meant(written).as_deref(), expected, "{written}");
        }
    }
}
