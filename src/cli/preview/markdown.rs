//! A preview as tables in Markdown.

use std::fmt::Write as _;

use relc_preview::{Group, Preview};

/// Returns the tables of all releases.
pub fn tables(previews: &[Preview]) -> String {
    let mut out = String::new();
    for (at, preview) in previews.iter().enumerate() {
        out.push_str(if at > 0 { "\n" } else { "" });
        let _ = writeln!(out, "### {} in {}", escaped(&preview.name), escaped(&preview.namespace));
        preview.groups.iter().for_each(|group| table(preview, group, &mut out));
        preview.notes.iter().for_each(|note| {
            let _ = writeln!(out, "\n{}", escaped(note));
        });
    }
    out
}

fn table(preview: &Preview, group: &Group, out: &mut String) {
    let _ = writeln!(out, "\nRequests {}:\n", escaped(&group.place()));
    let headings: Vec<String> = preview.sets.iter().map(|set| escaped(&preview.heading(set))).collect();
    let _ = writeln!(out, "| requests | {} |", headings.join(" | "));
    let _ = writeln!(out, "|---|{}", "---|".repeat(headings.len()));
    for row in &group.rows {
        let cells: Vec<String> = row.cells.iter().map(|cell| escaped(&cell.text(&preview.versions))).collect();
        let _ = writeln!(out, "| {} | {} |", escaped(&row.heading()), cells.join(" | "));
    }
}

/// Text without characters that mean something in Markdown.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "\\`*_|<>[]~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
