//! A preview as a page of HTML, without scripts and other files.

use std::fmt::Write as _;

use relc_preview::{COLORS, Group, Preview, class, escaped};
use relc_routing::{Cell, percent};

const STYLE: &str = "\
:root { color-scheme: light dark; }
body { font: 15px/1.45 ui-sans-serif, system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
th { font-weight: normal; text-align: left; color: GrayText; }
th, td { padding: .3rem 1.5rem .3rem 0; vertical-align: top; }
.bar { display: flex; gap: 2px; width: 10rem; height: .7rem; }
.bar span { border-radius: 3px; min-width: 3px; }
.place, .note { color: GrayText; }
.step { color: CanvasText; font-weight: 600; padding-top: .8rem; }
";

/// Returns the page with all releases.
pub fn page(previews: &[Preview]) -> String {
    let mut out =
        String::from("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Traffic preview</title>\n");
    let _ = writeln!(out, "<style>\n{STYLE}{}</style>", colors());
    for preview in previews {
        let _ = writeln!(out, "<h2>{} in {}</h2>", escaped(&preview.name), escaped(&preview.namespace));
        preview.groups.iter().for_each(|group| table(preview, group, &mut out));
        preview.notes.iter().for_each(|note| {
            let _ = writeln!(out, "<p class=\"note\">{}</p>", escaped(note));
        });
    }
    out.push_str("</html>\n");
    out
}

fn colors() -> String {
    let mut style = String::new();
    // What no ready version answers is striped, as in the picture.
    style.push_str(
        ".bad { border: 1px solid light-dark(#d1242f, #f85149); box-sizing: border-box; \
         background: repeating-linear-gradient(45deg, light-dark(#ffebe9, #25171c) 0 4px, light-dark(#ffc1bc, #67262b) 4px 6px); }\n",
    );
    let colors = COLORS.iter().enumerate().map(|(at, (light, dark))| (format!("v{at}"), *light, *dark));
    for (class, light, dark) in colors.chain([("host".to_owned(), "#59636e", "#9198a1")]) {
        let _ = writeln!(style, ".{class} {{ background: light-dark({light}, {dark}); }}");
    }
    style
}

fn table(preview: &Preview, group: &Group, out: &mut String) {
    let _ = writeln!(out, "<p class=\"place\">Requests {}</p>\n<table>", escaped(&group.place()));
    let headings: String =
        { preview.sets.iter() }.map(|set| format!("<th>{}</th>", escaped(&preview.heading(set)))).collect();
    let _ = writeln!(out, "<tr><th></th>{headings}</tr>");
    let mut stages: &[String] = &[];
    for row in &group.rows {
        if row.stages != stages {
            stages = &row.stages;
            let columns = preview.sets.len() + 1;
            let _ =
                writeln!(out, "<tr><th colspan=\"{columns}\" class=\"step\">{}</th></tr>", escaped(&stages.join(", ")));
        }
        let cells: String = row.cells.iter().map(|cell| self::cell(preview, cell)).collect();
        let _ = writeln!(out, "<tr><td>{}</td>{cells}</tr>", escaped(&row.title));
    }
    out.push_str("</table>\n");
}

fn cell(preview: &Preview, cell: &Cell) -> String {
    let bars: String = { cell.parts.iter() }
        .map(|part| {
            let title = format!("{} {}", part.to.name(&preview.versions), percent(part.share));
            let (class, grow) = (class(part), part.share * 100.0);
            format!("<span class=\"{class}\" style=\"flex: {grow:.2}\" title=\"{}\"></span>", escaped(&title))
        })
        .collect();
    format!("<td><div class=\"bar\">{bars}</div>{}</td>", escaped(&cell.text(&preview.versions)))
}
