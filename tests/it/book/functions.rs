//! The tables in docs/reference/language.md: functions, and the fields of `release` and `v`.

use std::fmt::Write as _;

use relc_core::eval::FUNCTIONS;
use relc_core::hir::{ReleaseField, VersionField};

use super::fields::check_tables;

#[test]
fn functions_and_fields_are_listed() {
    let mut seen = Vec::new();
    check_tables("docs/reference/language.md", &mut |line| {
        let name = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
        let rows: Vec<(String, &str)> = match name {
            "functions" => FUNCTIONS.iter().map(|function| (function.shown(), function.doc)).collect(),
            "release fields" => rows("release", ReleaseField::ALL.iter().map(|field| (field.word(), field.doc()))),
            "version fields" => rows("v", VersionField::ALL.iter().map(|field| (field.word(), field.doc()))),
            _ => return None,
        };
        seen.push(name.to_owned());
        let head = if name == "functions" { "function | returns" } else { "name | value" };
        let mut out = format!("| {head} |\n|---|---|\n");
        for (name, doc) in rows {
            let _ = writeln!(out, "| `{}` | {} |", name.replace('|', "\\|"), doc.replace('|', "\\|"));
        }
        Some(out)
    });
    assert_eq!(seen, ["release fields", "version fields", "functions"]);
}

fn rows<'f>(of: &str, fields: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<(String, &'f str)> {
    fields.map(|(name, doc)| (format!("{of}.{name}"), doc)).collect()
}
