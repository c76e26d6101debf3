//! Files of another language: one finding that names it, in place of one for each line.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// Markers of a merge that Git left in a file, reported as `code`.
pub fn merge_conflict(file: FileId, text: &str, code: Code) -> Option<Diagnostic> {
    let start = line_with(text, "<<<<<<< ")?;
    let middle = start + line_with(&text[start..], "=======")?;
    let mut error =
        Diagnostic::error(code, line(file, text, start), "a Git merge conflict is not resolved in this file")
            .related(line(file, text, middle), "the other side of the conflict begins here");
    if let Some(end) = line_with(&text[middle..], ">>>>>>>") {
        error = error.related(line(file, text, middle + end), "the conflict ends here");
    }
    Some(error.help("keep one of the two sides, and remove the lines with `<<<<<<<`, `=======`, and `>>>>>>>`"))
}

/// A marker of a merge that is left in the line of an error at the byte `at`, reported as `code`.
pub fn conflict_marker(file: FileId, text: &str, at: usize, code: Code) -> Option<Diagnostic> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let here = line(file, text, start);
    let written = text[here.range()].trim();
    let is_marker =
        written == "=======" || ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| written.starts_with(mark));
    let error = Diagnostic::error(code, here, "a marker of a Git merge conflict is left in this file");
    is_marker.then(|| error.help("remove this line, and check that the lines around it are from one side of the merge"))
}

/// Reports a configuration file of another program, some of whose lines can be parsed as declarations, and a diff.
pub(crate) fn configuration(file: FileId, text: &str) -> Option<Diagnostic> {
    let (at, first) = first_line(text)?;
    let any = |is: &dyn Fn(&str) -> bool| text.lines().any(|line| is(line.trim()));
    let assigns = |line: &str| {
        let word = line.find(|c: char| !(c.is_alphanumeric() || "_-.\"".contains(c))).unwrap_or(line.len());
        word > 0 && line[word..].trim_start().strip_prefix('=').is_some_and(|value| !value.starts_with('='))
    };
    let is_label = |word: &str| word.len() > 1 && word.starts_with('"') && word.ends_with('"');
    let is_block = |line: &str| {
        let mut words = line.strip_suffix('{').unwrap_or("").split_whitespace();
        words.next().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())) && words.all(is_label)
    };
    let language = if first.starts_with("diff --git ") || first.starts_with("@@ ") || first.starts_with("--- a/") {
        "a diff"
    } else if first.starts_with('[') && first.ends_with(']') && any(&assigns) {
        "TOML"
    } else if is_block(first) && any(&assigns) {
        "HCL"
    } else {
        return None;
    };
    let help = if language == "a diff" {
        "apply it with `git apply`"
    } else {
        "a release is written `release NAME on ENVIRONMENT < \"image:tag\" >`"
    };
    let message = format!("this file is {language}, not a `.rel` file");
    Some(Diagnostic::error(Code::Syntax, line(file, text, at), message).help(help))
}

/// Reports a file with the actions of a Helm template at `here`.
pub(crate) fn helm_template(here: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, here, "this file is a Helm template, not a `.rel` file")
        .help("write the release with its values; `relc import values.yaml` converts a values file to a `.rel` file")
}

/// Reports the language of a `.rel` file without any declaration.
pub(crate) fn in_rel(file: FileId, text: &str) -> Option<Diagnostic> {
    let (at, first) = first_line(text)?;
    let here = line(file, text, at);
    let error = |message: String, help: &str| Some(Diagnostic::error(Code::Syntax, here, message).help(help));
    if text.contains("{{") && (text.contains("{{-") || text.contains("{{ .")) {
        return Some(helm_template(here));
    }
    if !is_yaml(first) {
        return None;
    }
    let is_json = first.starts_with(['{', '[']);
    let language = if is_json { "JSON" } else { "YAML" };
    let suffix = if is_json { ".json" } else { ".yaml" };
    if let (Some(_), Some(kind)) = (value_of(text, "apiVersion"), value_of(text, "kind")) {
        return error(
            format!("this file is a Kubernetes {kind} in {language}, not a `.rel` file"),
            "a release declares what relc writes as manifests: `release NAME on ENVIRONMENT < \"image:tag\" >`",
        );
    }
    let help = format!("rename it to end in `{suffix}`; `relc import` then converts a values file to a `.rel` file");
    error(format!("this file is {language}, not a `.rel` file"), &help)
}

/// Reports the language of a program, of which some lines can be parsed as declarations.
pub(crate) fn program(file: FileId, text: &str) -> Option<Diagnostic> {
    let (at, _) = first_line(text)?;
    let at = if text.starts_with("#!") { 0 } else { at };
    let any = |is: &dyn Fn(&str) -> bool| text.lines().any(is);
    let starts = |line: &str, words: &[&str]| words.iter().any(|word| line.starts_with(word));
    let language = if text.starts_with("#!") {
        "a script"
    } else if any(&|l| starts(l, &["def ", "class ", "if __name__"]) && l.trim_end().ends_with(':'))
        || any(&|l| l.starts_with("from ") && l.contains(" import "))
    {
        "Python"
    } else if any(&|l| l.starts_with("package ")) && any(&|l| starts(l, &["func ", "import ("])) {
        "Go"
    } else if any(&|l| starts(l, &["resource \"", "variable \"", "module \"", "provider \"", "terraform {"])) {
        "HCL"
    } else if any(&|l| starts(l, &["export ", "const ", "function ", "class "]) && l.contains(['{', '(', ';', '='])) {
        "JavaScript or TypeScript"
    } else if any(&|l| l.starts_with("FROM ")) && any(&|l| starts(l, &["RUN ", "COPY ", "CMD ", "ENTRYPOINT "])) {
        "a Dockerfile"
    } else {
        return None;
    };
    let error =
        Diagnostic::error(Code::Syntax, line(file, text, at), format!("this file is {language}, not a `.rel` file"));
    Some(error.help("a release is written `release NAME on ENVIRONMENT < \"image:tag\" >`"))
}

/// Reports a YAML text that is really a `.rel` file: its first line declares a release, an environment, or an import of one.
pub fn rel_in_yaml(file: FileId, text: &str, code: Code) -> Option<Diagnostic> {
    let (at, first) = first_line(text)?;
    let mut words = first.split_whitespace();
    let (keyword, name, third) = (words.next()?, words.next().unwrap_or(""), words.next().unwrap_or(""));
    let is_rel = match keyword {
        "release" => third == "on",
        "environment" | "part" => matches!(third, "extends" | "{"),
        "import" => name.starts_with('"') || third.is_empty() && text.contains("\nrelease "),
        "let" | "type" => third == "=",
        "param" => name.ends_with(':') || third == ":",
        _ => first.starts_with("//") && text.contains("\nrelease "),
    };
    let error = Diagnostic::error(code, line(file, text, at), "this file is in relc's own language, not YAML");
    is_rel.then(|| error.help("rename it to end in `.rel`"))
}

/// Reports a text that should be YAML but has no keys and lists, such as a program.
pub fn other_in_yaml(file: FileId, text: &str, code: Code) -> Option<Diagnostic> {
    let (at, first) = first_line(text)?;
    let is_like =
        |line: &str| is_yaml(line.trim_end()) || line.starts_with(['{', '[', '"', '\'', '&', '?', '!', '|', '>']);
    // One line can be a string of YAML; a program has several.
    let has_space = text.trim().contains('\n') && first.contains([' ', '(', '<', ';']);
    if !has_space
        || first.contains(": ")
        || first.ends_with(':')
        || first.starts_with("{{")
        || text.lines().any(is_like)
    {
        return None;
    }
    let error = Diagnostic::error(code, line(file, text, at), "this file is not YAML");
    Some(error.help("a values file sets `environment: NAME` and `application:` at its top"))
}

/// The first line that is neither blank nor a comment, and where it begins.
fn first_line(text: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start_matches('\u{feff}').trim();
        if !body.is_empty() && !body.starts_with('#') && !body.starts_with("//") {
            return Some((at + line.len() - line.trim_start_matches(['\u{feff}', ' ', '\t', '\r']).len(), body));
        }
        at += line.len();
    }
    None
}

fn is_yaml(first: &str) -> bool {
    let word = first.find(|c: char| !(c.is_alphanumeric() || "_-.\"'".contains(c))).unwrap_or(first.len());
    let is_key =
        word > 0 && first[word..].starts_with(':') && matches!(first[word + 1..].chars().next(), None | Some(' '));
    let is_json =
        first.starts_with('{') && first[1..].trim_start().starts_with(['"', '\'']) || first == "{" || first == "[";
    is_key
        || is_json
        || first == "---"
        || first.starts_with("--- ")
        || first.starts_with("%YAML")
        || first.starts_with("- ")
}

/// The value of a key at the top of a YAML or JSON text.
fn value_of<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let value = text.lines().find_map(|line| {
        let line = if text.trim_start().starts_with('{') { line.trim_start() } else { line };
        line.trim_start_matches(['"', '\'']).strip_prefix(key)?.trim_start_matches(['"', '\'']).strip_prefix(':')
    })?;
    let value = value.trim().trim_matches(['"', '\'', ',']);
    (!value.is_empty()).then_some(value)
}

/// Returns the start of a line that begins with `marker`.
fn line_with(text: &str, marker: &str) -> Option<usize> {
    let mut found = text.match_indices(marker).map(|(at, _)| at);
    found.find(|at| *at == 0 || text[..*at].trim_end_matches([' ', '\t']).ends_with('\n'))
}

fn line(file: FileId, text: &str, at: usize) -> Span {
    Span::new(file, at, at + text[at..].lines().next().unwrap_or("").trim_end().len())
}
