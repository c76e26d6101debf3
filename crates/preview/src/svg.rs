//! A preview as a picture: a bar of shares for each group of requests and each set of ready versions.

use std::fmt::Write as _;

use super::Preview;
use relc_routing::{Cell, Part, Target, percent};

/// The colors of versions, distinct with every kind of color vision, in light and dark.
pub const COLORS: [(&str, &str); 6] = [
    ("#0969da", "#4493f8"),
    ("#bc4c00", "#db6d28"),
    ("#1a7f37", "#3fb950"),
    ("#8250df", "#a371f7"),
    ("#9a6700", "#d29922"),
    ("#bf3989", "#db61a2"),
];

const CELL: usize = 176;
const ROW: usize = 44;
const LETTER: f64 = 7.3;

/// Returns the picture of all releases, one below the other.
pub fn picture(previews: &[Preview]) -> String {
    let mut body = String::new();
    let (mut y, mut width) = (16, 320);
    for preview in previews {
        width = width.max(release(preview, &mut y, &mut body));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{y}\" viewBox=\"0 0 {width} {y}\" role=\"img\">\n\
         <style>\n{}</style>\n{body}</svg>\n",
        style()
    )
}

fn style() -> String {
    let mut style = String::from(
        "text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }\n\
         .name { font-weight: 600; font-size: 15px; } .dim { fill: #59636e; } .in { fill: #fff; font-weight: 600; font-size: 12px; }\n\
         .bad { fill: #d1242f; } .host { fill: #59636e; }\n",
    );
    for (at, (light, _)) in COLORS.iter().enumerate() {
        let _ = writeln!(style, ".v{at} {{ fill: {light}; }}");
    }
    style.push_str("@media (prefers-color-scheme: dark) {\n  text { fill: #f0f6fc; } .dim { fill: #9198a1; } .in { fill: #0d1117; }\n");
    style.push_str("  .bad { fill: #f85149; } .host { fill: #9198a1; }\n");
    for (at, (_, dark)) in COLORS.iter().enumerate() {
        let _ = writeln!(style, "  .v{at} {{ fill: {dark}; }}");
    }
    style.push_str("}\n");
    style
}

/// Draws a release below `y`, and returns its width.
fn release(preview: &Preview, y: &mut usize, out: &mut String) -> usize {
    let titles = preview.groups.iter().flat_map(|group| &group.rows).map(|row| row.heading().chars().count());
    let left = 16 + (titles.max().unwrap_or(0).max(12) as f64 * LETTER) as usize + 16;
    *y += 16;
    text(out, 16, *y, "name", &format!("{} in {}", preview.name, preview.namespace));
    *y += 24;
    legend(preview, *y, out);
    for group in &preview.groups {
        *y += 26;
        text(out, 16, *y, "dim", &group.place());
        *y += 26;
        for (at, set) in preview.sets.iter().enumerate() {
            text(out, left + at * CELL, *y, "dim", &preview.heading(set));
        }
        *y += 10;
        for row in &group.rows {
            text(out, 16, *y + 16, "", &row.heading());
            for (at, cell) in row.cells.iter().enumerate() {
                draw(cell, preview, (left + at * CELL, *y), out);
            }
            *y += ROW;
        }
    }
    *y += 8;
    left + preview.sets.len() * CELL
}

/// Names the colors of versions, as small shares have no label.
fn legend(preview: &Preview, y: usize, out: &mut String) {
    let mut x = 16;
    for (at, name) in preview.versions.iter().enumerate() {
        let (top, class) = (y - 10, at % COLORS.len());
        let _ =
            writeln!(out, "<rect x=\"{x}\" y=\"{top}\" width=\"12\" height=\"12\" rx=\"2\" class=\"v{class}\"></rect>");
        text(out, x + 18, y, "", name);
        x += 18 + (name.chars().count() as f64 * LETTER) as usize + 20;
    }
}

fn draw(cell: &Cell, preview: &Preview, (x, y): (usize, usize), out: &mut String) {
    let full = CELL - 20;
    let mut from = 0.0;
    for part in &cell.parts {
        let (start, end) = (from * full as f64, (from + part.share) * full as f64);
        from += part.share;
        let (left, width) = (x as f64 + start, (end - start - 1.5).max(1.5));
        let title = escaped(&format!("{} {}", part.to.name(&preview.versions), percent(part.share)));
        let class = class(part);
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"22\" rx=\"3\" class=\"{class}\"><title>{title}</title></rect>"
        );
        let label = label(part, preview, width, cell.parts.len() == 1);
        text(out, (left + 6.0) as usize, y + 15, "in", &label);
    }
    let copies: Vec<String> = { cell.copies.iter() }
        .map(|copy| format!("+ {} copied to {}", percent(copy.share), copy.to.name(&preview.versions)))
        .collect();
    if !copies.is_empty() {
        text(out, x, y + 36, "dim", &copies.join(", "));
    }
}

/// The class of a part's color.
pub fn class(part: &Part) -> String {
    match &part.to {
        Target::Version(at, true) => format!("v{}", at % COLORS.len()),
        Target::Host(_) => "host".to_owned(),
        Target::Version(_, false) | Target::Status(..) | Target::Unknown(_) => "bad".to_owned(),
    }
}

/// The longest label that fits into the bar.
fn label(part: &Part, preview: &Preview, width: f64, is_alone: bool) -> String {
    let name = part.to.name(&preview.versions);
    let share = percent(part.share);
    let long = match &part.to {
        Target::Version(_, false) => format!("{name} not ready"),
        Target::Version(..) | Target::Host(_) | Target::Status(..) | Target::Unknown(_) => name.clone(),
    };
    let long = if is_alone { long } else { format!("{long} {share}") };
    let fits = |text: &&String| text.chars().count() as f64 * LETTER + 10.0 <= width;
    [long, share, name].iter().find(fits).cloned().unwrap_or_default()
}

fn text(out: &mut String, x: usize, y: usize, class: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escaped(text));
    }
}

/// Text without characters that mean something in XML and HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
