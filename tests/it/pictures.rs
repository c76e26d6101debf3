//! The picture of a preview in the documentation, and the page of HTML.

use std::path::Path;

use crate::place::Place;

/// The first release of README.md.
fn release() -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```rel,file=shop.rel\n").unwrap();
    rest.split("```").next().unwrap().to_owned()
}

#[test]
fn the_picture_in_the_readme_is_made_by_the_tool() {
    let place = Place::new(&[("shop.rel", &release())]);
    let drawn = place.run(&["preview", "shop.rel", "--format", "svg"]).good().to_owned();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures/preview.svg");
    let is_new = std::fs::read_to_string(&path).unwrap_or_default() != drawn;
    if std::env::var_os("RELC_BLESS").is_some() && is_new {
        std::fs::write(&path, &drawn).unwrap();
    }
    assert!(!is_new, "RELC_BLESS=1 cargo test pictures draws it again");
    assert!(drawn.contains("prefers-color-scheme: dark") && drawn.contains(">stable 90%</text>"), "{drawn}");
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
