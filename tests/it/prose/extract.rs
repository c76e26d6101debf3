//! The prose of a document, at its lines: everything else is blank, so that findings have the lines of the file.

use regex::{Captures, Regex};

/// The prose of a Markdown page: no code, quoted strings, or addresses of links.
pub fn markdown(page: &str) -> String {
    let mut out = String::new();
    let mut fenced = false;
    for line in page.lines() {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        if !fence && !fenced && !line.starts_with("    ") && !line.starts_with("<!--") {
            out.push_str(line);
        }
        out.push('\n');
    }
    plain(&out)
}

/// The prose of a text whose lines are all prose.
pub fn plain(text: &str) -> String {
    let code = Regex::new(r#"``[^\n]*?``|`[^`]*`|"[^"\n]*"|\]\([^)\s]*\)|https?://\S+"#).expect("a valid expression");
    let blank = |found: &Captures<'_>| found[0].replace(|c| c != '\n', "¤");
    code.replace_all(text, blank).into_owned()
}

/// The prose in the comments of a `.rel` file, which are Markdown.
pub fn comments(file: &str) -> String {
    let comment = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("///").or_else(|| line.strip_prefix("//")).unwrap_or("");
        line.strip_prefix(' ').unwrap_or(line).to_owned()
    };
    markdown(&file.lines().map(comment).collect::<Vec<_>>().join("\n"))
}

/// The descriptions in a JSON file, one on a line, which are Markdown.
pub fn descriptions(file: &str) -> String {
    let entry = Regex::new(r#""(?:markdownD|d)escription": "((?:[^"\\]|\\.)*)""#).expect("a valid expression");
    let description = |line: &str| entry.captures(line).map_or_else(String::new, |found| found[1].to_owned());
    markdown(&file.lines().map(description).collect::<Vec<_>>().join("\n"))
}

/// The prose of the expected output of a fixture: titles, labels and helps, without the lines of the user's file.
pub fn messages(output: &str) -> String {
    let quoted = Regex::new(r"^\s*\d+ │").expect("a valid expression");
    let frame = Regex::new(r"[·│╭╰─╮╯┬▲×☞⚠]+|\[[^\[\]\s]*:\d+:\d+\]").expect("a valid expression");
    let line = |line: &str| match quoted.is_match(line) || line.trim_start().starts_with("fix: ") {
        true => String::new(),
        false => frame.replace_all(line, " ").into_owned(),
    };
    plain(&output.lines().map(line).collect::<Vec<_>>().join("\n"))
}

/// The prose of the string literals of Rust code that is not a test, one line for each line of the file.
pub fn literals(code: &str) -> String {
    let code = code.split("\n#[cfg(test)]").next().unwrap_or(code);
    let literal = Regex::new(r#""((?:[^"\\]|\\.)*)""#).expect("a valid expression");
    let line = |line: &str| {
        let is_comment = line.trim_start().starts_with("//");
        let found = literal.captures_iter(line).filter(|_| !is_comment).map(|found| found[1].replace("\\\"", "\""));
        // A single word is a name.
        found.filter(|text| text.trim().contains(' ')).collect::<Vec<_>>().join(" ; ")
    };
    plain(&code.lines().map(line).collect::<Vec<_>>().join("\n"))
}
