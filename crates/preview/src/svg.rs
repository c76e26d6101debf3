//! A preview as a picture: a bar of shares for each group of requests and each set of ready versions.

use std::fmt::Write as _;

use super::{Group, Preview};
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

/// The smallest width of a cell, and the height of a row without captions, in pixels.
const CELL: usize = 192;
const ROW: usize = 34;

/// The distance between two bars, in pixels.
const GAP: usize = 22;

/// The height of a line below a bar, in pixels.
const LINE: usize = 16;

/// The width of a letter of a label and of a caption, in pixels.
const LETTER: f64 = 7.3;
const SMALL: f64 = 6.7;

/// Number of sets of ready versions next to each other.
const MOST_SETS: usize = 4;

/// The pattern of what no ready version answers.
const STRIPES: &str = "<defs><pattern id=\"stripes\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect width=\"6\" height=\"6\" class=\"ground\"></rect><rect width=\"2\" height=\"6\" class=\"stripe\"></rect></pattern></defs>";

/// Returns the picture of all releases, one below the other.
pub fn picture(previews: &[Preview]) -> String {
    let mut body = String::new();
    let (mut y, mut width) = (16, 320);
    for preview in previews {
        width = width.max(release(preview, &mut y, &mut body));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{y}\" viewBox=\"0 0 {width} {y}\" role=\"img\">\n\
         <style>\n{}</style>\n{STRIPES}\n{body}</svg>\n",
        style()
    )
}

fn style() -> String {
    let mut style = String::from(
        "text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }\n\
         .name { font-weight: 600; font-size: 15px; } .dim { fill: #59636e; } .in { fill: #fff; font-weight: 600; font-size: 12px; }\n\
         .small { font-size: 12px; fill: #59636e; } .step { font-weight: 600; }\n\
         .bad { fill: url(#stripes); stroke: #d1242f; } .ground { fill: #ffebe9; } .stripe { fill: #ffc1bc; } .fault { fill: #a40e26; }\n\
         .host { fill: #59636e; }\n",
    );
    for (at, (light, _)) in COLORS.iter().enumerate() {
        let _ = writeln!(style, ".v{at} {{ fill: {light}; }}");
    }
    style.push_str("@media (prefers-color-scheme: dark) {\n  text { fill: #f0f6fc; } .dim { fill: #9198a1; } .in { fill: #0d1117; }\n");
    style.push_str("  .small { fill: #9198a1; } .host { fill: #9198a1; }\n");
    style.push_str(
        "  .bad { stroke: #f85149; } .ground { fill: #25171c; } .stripe { fill: #67262b; } .fault { fill: #ffb3ae; }\n",
    );
    for (at, (_, dark)) in COLORS.iter().enumerate() {
        let _ = writeln!(style, "  .v{at} {{ fill: {dark}; }}");
    }
    style.push_str("}\n");
    style
}

/// Draws a release below `y`, and returns its width.
fn release(preview: &Preview, y: &mut usize, out: &mut String) -> usize {
    let rows = || preview.groups.iter().flat_map(|group| &group.rows);
    let titles = rows().map(|row| row.title.chars().count());
    let left = 16 + (titles.max().unwrap_or(0).max(12) as f64 * LETTER) as usize + 16;
    let captions = rows().flat_map(|row| &row.cells).flat_map(|cell| captions(cell, preview, CELL - GAP));
    let widest = captions.map(|caption| (caption.chars().count() as f64 * SMALL) as usize + 24).max().unwrap_or(0);
    let cell = CELL.max(widest);
    *y += 16;
    text(out, 16, *y, "name", &format!("{} in {}", preview.name, preview.namespace));
    *y += 24;
    legend(preview, *y, out);
    let sets: Vec<usize> = (0..preview.sets.len()).collect();
    for group in &preview.groups {
        *y += 26;
        text(out, 16, *y, "dim", &group.place());
        for sets in sets.chunks(MOST_SETS) {
            *y += 26;
            for (column, set) in sets.iter().enumerate() {
                text(out, left + column * cell, *y, "dim", &preview.heading(&preview.sets[*set]));
            }
            *y += 10;
            self::rows(preview, group, (sets, left, cell), y, out);
        }
    }
    *y += 8;
    left + preview.sets.len().min(MOST_SETS) * cell
}

/// Draws the rows of a group for some sets of ready versions.
fn rows(
    preview: &Preview,
    group: &Group,
    (sets, left, width): (&[usize], usize, usize),
    y: &mut usize,
    out: &mut String,
) {
    let mut stages: &[String] = &[];
    for row in &group.rows {
        if row.stages != stages {
            stages = &row.stages;
            *y += 14;
            text(out, 16, *y, "step", &stages.join(", "));
            *y += 8;
        }
        text(out, 16, *y + 16, "", &row.title);
        let mut lines = 0;
        for (column, set) in sets.iter().enumerate() {
            let (cell, x) = (&row.cells[*set], left + column * width);
            draw(cell, preview, (x, *y, width - GAP), out);
            let captions = captions(cell, preview, width - GAP);
            for (at, caption) in captions.iter().enumerate() {
                text(out, x, *y + 36 + at * LINE, "small", caption);
            }
            lines = lines.max(captions.len());
        }
        *y += ROW + lines * LINE;
    }
}

/// The lines below a bar of this width: the shares where the bar has no room for all of them, and copies.
fn captions(cell: &Cell, preview: &Preview, full: usize) -> Vec<String> {
    let name = |part: &Part| {
        let mark = if matches!(part.to, Target::Version(_, false)) { " (not ready)" } else { "" };
        format!("{}{mark}", part.to.name(&preview.versions))
    };
    let is_short = |part: &Part| label(part, preview, (part.share * full as f64 - 1.5).max(1.5), false).is_none();
    let mut lines = Vec::new();
    if cell.parts.len() > 1 && cell.parts.iter().any(is_short) {
        let parts = cell.parts.iter().map(|part| format!("{} {}", name(part), percent(part.share)));
        lines.push(parts.collect::<Vec<_>>().join(", "));
    }
    lines.extend(cell.copies.iter().map(|copy| format!("+ {} copied to {}", percent(copy.share), name(copy))));
    lines
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

/// Draws the bar of a cell, `full` pixels wide.
fn draw(cell: &Cell, preview: &Preview, (x, y, full): (usize, usize, usize), out: &mut String) {
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
        let label = label.or_else(|| fitting(&[percent(part.share)], width)).unwrap_or_default();
        let class = if class == "bad" { "in fault" } else { "in" };
        text(out, (left + 6.0) as usize, y + 15, class, &label);
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

/// The name of a part with its share, if it fits into the bar.
fn label(part: &Part, preview: &Preview, width: f64, is_alone: bool) -> Option<String> {
    let name = part.to.name(&preview.versions);
    let share = percent(part.share);
    if let Target::Version(_, false) = part.to {
        let long = if is_alone { format!("{name} not ready") } else { format!("{name} not ready {share}") };
        return fitting(&[long, format!("{name} {share}")], width);
    }
    fitting(&[if is_alone { name } else { format!("{name} {share}") }], width)
}

/// The first text that fits into a bar of this width.
fn fitting(texts: &[String], width: f64) -> Option<String> {
    texts.iter().find(|text| text.chars().count() as f64 * LETTER + 10.0 <= width).cloned()
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
