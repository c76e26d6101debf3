//! A preview for people: aligned columns, with bars on a terminal.

use std::fmt::Write as _;

use relc_preview::{Group, Preview, Row};
use relc_render::Look;
use relc_routing::{Cell, Explanation, Part, Target};
use relc_traffic::{Reply, Tried};

/// Number of characters of a bar.
const BAR: usize = 10;

/// The colors of versions, as numbers of ANSI.
const COLORS: [u8; 6] = [34, 33, 36, 35, 32, 94];

/// Returns the tables of all releases.
pub fn tables(previews: &[Preview], look: Look, is_terminal: bool) -> String {
    let mut out = String::new();
    for (at, preview) in previews.iter().enumerate() {
        out.push_str(if at > 0 { "\n" } else { "" });
        let _ = writeln!(out, "{}", look.paint("1", &format!("{} in {}", preview.name, preview.namespace)));
        for group in &preview.groups {
            table(preview, group, look, is_terminal, &mut out);
        }
        preview.notes.iter().for_each(|note| {
            let _ = writeln!(out, "  note: {note}");
        });
    }
    out
}

fn table(preview: &Preview, group: &Group, look: Look, is_terminal: bool, out: &mut String) {
    let _ = writeln!(out, "\n  {}", group.place());
    if !group.exact {
        out.push_str("  A regular expression is compared with examples: a group of requests may be missing.\n");
    }
    let headings: Vec<String> = preview.sets.iter().map(|set| preview.heading(set)).collect();
    let text = |cell: &Cell| cell.text(&preview.versions);
    let bar = if is_terminal { BAR + 1 } else { 0 };
    let indent = if group.rows.iter().any(|row| !row.stages.is_empty()) { "  " } else { "" };
    let title = |row: &Row| format!("{indent}{}", row.title);
    let mut widths = vec![group.rows.iter().map(|row| title(row).chars().count()).max().unwrap_or(0)];
    for (at, heading) in headings.iter().enumerate() {
        let cells = group.rows.iter().map(|row| text(&row.cells[at]).chars().count() + bar);
        widths.push(cells.chain([heading.chars().count()]).max().unwrap_or(0));
    }
    if widths.iter().map(|width| width + 2).sum::<usize>() > look.width.max(80) {
        return list(preview, group, &headings, look, is_terminal, out);
    }
    let mut line = format!("  {:1$}", "", widths[0]);
    headings.iter().zip(&widths[1..]).for_each(|(heading, width)| {
        let _ = write!(line, "  {heading:width$}");
    });
    let _ = writeln!(out, "{}", line.trim_end());
    let mut stages: &[String] = &[];
    for row in &group.rows {
        stage(row, &mut stages, look, out);
        let mut line = format!("  {:1$}", title(row), widths[0]);
        for (cell, width) in row.cells.iter().zip(&widths[1..]) {
            let text = text(cell);
            let pad = width.saturating_sub(text.chars().count() + bar);
            let _ = write!(line, "  {}{text}{:pad$}", bars(cell, look, is_terminal), "");
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// The stages of a rollout that a row is of, above the first row of them.
fn stage<'r>(row: &'r Row, last: &mut &'r [String], look: Look, out: &mut String) {
    if row.stages != *last {
        let _ = writeln!(out, "  {}", look.paint("1", &row.stages.join(", ")));
        *last = &row.stages;
    }
}

/// A table that is too wide, one cell on a line.
fn list(preview: &Preview, group: &Group, headings: &[String], look: Look, is_terminal: bool, out: &mut String) {
    let width = headings.iter().map(|heading| heading.chars().count()).max().unwrap_or(0);
    let indent = if group.rows.iter().any(|row| !row.stages.is_empty()) { "  " } else { "" };
    let mut stages: &[String] = &[];
    for row in &group.rows {
        stage(row, &mut stages, look, out);
        let _ = writeln!(out, "  {indent}{}", row.title);
        for (heading, cell) in headings.iter().zip(&row.cells) {
            let bars = bars(cell, look, is_terminal);
            let _ = writeln!(out, "  {indent}  {heading:width$}  {bars}{}", cell.text(&preview.versions));
        }
    }
}

/// A bar of the shares, and a space; nothing if it goes elsewhere than to a terminal.
fn bars(cell: &Cell, look: Look, is_terminal: bool) -> String {
    if !is_terminal {
        return String::new();
    }
    let mut bar = String::new();
    let (mut sum, mut drawn) = (0.0, 0);
    for part in &cell.parts {
        sum += part.share;
        let end = (sum * BAR as f64).round() as usize;
        let count = end.saturating_sub(drawn).max(usize::from(part.share > 0.0 && drawn < BAR));
        drawn += count;
        bar.push_str(&segment(part, count, look));
    }
    bar + " "
}

fn segment(part: &Part, count: usize, look: Look) -> String {
    let (glyph, color) = match &part.to {
        Target::Version(at, true) => (["█", "▓", "▒"][at % 3], COLORS[at % COLORS.len()]),
        Target::Host(_) => ("█", 37),
        Target::Version(_, false) | Target::Status(..) | Target::Unknown(_) => ("░", 31),
    };
    look.paint(&color.to_string(), &glyph.repeat(count))
}

/// Returns the answers to one request, with the rules that were tried.
pub fn explanations(explanations: &[Explanation]) -> String {
    let mut out = String::new();
    for (at, explanation) in explanations.iter().enumerate() {
        out.push_str(if at > 0 { "\n" } else { "" });
        self::explanation(explanation, &mut out);
    }
    out
}

fn explanation(explanation: &Explanation, out: &mut String) {
    let Explanation { release, stage, versions, request, cell, answer, .. } = explanation;
    let stage = stage.as_ref().map(|stage| format!(", {stage}")).unwrap_or_default();
    let _ = writeln!(out, "{release}{stage}: {request}, host {}, through {}", request.host, request.via);
    let _ = writeln!(out, "  {}", cell.text(versions));
    for step in &answer.steps {
        let first = step.tried.first().map(|tried| tried.route.object.as_str()).unwrap_or_default();
        let _ = writeln!(out, "\n  {first} at {}, for host {}:", step.entry, step.host);
        step.tried.iter().for_each(|tried| {
            let _ = writeln!(out, "    {}", tried_rule(tried));
        });
    }
    for outcome in answer.outcomes.iter().chain(&answer.copies) {
        match &outcome.reply {
            Reply::Backend(backend) => {
                let seen = &backend.seen;
                let _ = writeln!(out, "\n  {}, port {}, sees {seen}, host {}", backend.host, backend.port, seen.host);
            }
            Reply::Status { code, reason } => {
                let _ = writeln!(out, "\n  {code}: {reason}");
            }
            Reply::Redirect { code, location } => {
                let _ = writeln!(out, "\n  {code} to {location}");
            }
            Reply::Unknown(reason) => {
                let _ = writeln!(out, "\n  unknown: {reason}");
            }
        }
    }
}

fn tried_rule(tried: &Tried) -> String {
    let rule = format!("{} ({})", tried.route.title(), tried.route.asks());
    match &tried.mismatch {
        Some(mismatch) => format!("{rule} doesn't match: {mismatch}"),
        None => format!("{rule} matches"),
    }
}
