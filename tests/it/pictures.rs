//! The picture of a preview in the documentation, and the page of HTML.

use std::path::Path;

use crate::place::Place;

/// The example `file` of a page.
fn example(page: &str, fence: &str) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let (_, rest) = text.split_once(fence).unwrap();
    rest.split("```").next().unwrap().to_owned()
}

/// The first release of README.md.
fn release() -> String {
    example("README.md", "```rel,file=shop.rel\n")
}

#[test]
fn pictures_in_the_documentation_are_made_by_the_tool() {
    let rollout = example("docs/how-to/preview-traffic.md", "```yaml,file=rollout.yaml\n");
    for (file, text, picture, label) in [
        ("shop.rel", release(), "preview.svg", ">stable 90%, next 10%</text>"),
        ("rollout.yaml", rollout, "rollout.svg", ">2 setWeight 10, 3 pause 10m</text>"),
    ] {
        let place = Place::new(&[(file, &text)]);
        let drawn = place.run(&["preview", file, "--format", "svg"]).good().to_owned();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures").join(picture);
        let is_new = std::fs::read_to_string(&path).unwrap_or_default() != drawn;
        if std::env::var_os("RELC_BLESS").is_some() && is_new {
            std::fs::write(&path, &drawn).unwrap();
        }
        assert!(!is_new, "RELC_BLESS=1 cargo test pictures draws {picture} again");
        assert!(drawn.contains("prefers-color-scheme: dark") && drawn.contains(label), "{drawn}");
    }
}

#[test]
fn a_page_has_a_bar_for_each_share() {
    let place = Place::new(&[("shop.rel", &release())]);
    let page = place.run(&["preview", "shop.rel", "--format", "html"]).good().to_owned();
    for part in
        ["<!doctype html>", "style=\"flex: 90.00\" title=\"stable 90%\"", "<th>next not ready</th>", "light-dark("]
    {
        assert!(page.contains(part), "{part}:\n{page}");
    }
    assert_eq!(page.matches("<table>").count(), page.matches("</table>").count());
}
