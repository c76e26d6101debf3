//! The links of the pages are valid: the file exists, and so does the heading, if the link names one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{book, pages, root};

#[test]
fn links_lead_somewhere() {
    let mut pages = pages();
    pages.extend(["ARCHITECTURE.md", "CHANGELOG.md"].map(|name| root().join(name)));
    let mut dead = Vec::new();
    for page in &pages {
        let text = std::fs::read_to_string(page).expect("a page is text");
        for target in links(&text).filter(|target| !target.starts_with("https://")) {
            if !leads(page, &target) {
                dead.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "these lead nowhere:\n{}", dead.join("\n"));
}

/// SUMMARY.md is the table of contents of the site: mdBook omits pages that it doesn't list.
#[test]
fn every_page_is_in_the_summary() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).expect("the summary is there");
    let listed: BTreeSet<PathBuf> = links(&summary).map(|target| root().join("docs").join(target)).collect();
    let written: BTreeSet<PathBuf> = book().into_iter().filter(|path| !path.ends_with("SUMMARY.md")).collect();
    assert_eq!(listed, written);
}

/// The site contains only docs/, so relative links to other folders would be dead.
#[test]
fn pages_of_the_site_link_within_it() {
    let mut outside = Vec::new();
    for page in book() {
        let text = std::fs::read_to_string(&page).expect("a page is text");
        let depth = page.strip_prefix(root().join("docs")).expect("a page of docs/").components().count() - 1;
        let up = "../".repeat(depth + 1);
        outside.extend(
            links(&text).filter(|link| link.starts_with(&up)).map(|link| format!("{}: {link}", page.display())),
        );
    }
    assert!(outside.is_empty(), "these links leave docs/:\n{}", outside.join("\n"));
}

/// Returns the lines outside of fences.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        fenced ^= line.trim_start().starts_with("```");
        !fenced
    })
}

/// Returns the targets of the links in `page`, outside of code.
fn links(page: &str) -> impl Iterator<Item = String> {
    prose(page).flat_map(|line| {
        let text: Vec<&str> = line.split('`').step_by(2).collect();
        let text = text.join("`");
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        targets.map(str::to_owned).collect::<Vec<_>>()
    })
}

fn leads(page: &Path, target: &str) -> bool {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = page.parent().expect("a page is in a folder");
    let file = if path.is_empty() { page.to_owned() } else { folder.join(path) };
    match std::fs::read_to_string(&file) {
        Ok(text) => anchor.is_empty() || prose(&text).filter_map(heading).any(|heading| heading == anchor),
        // A directory, or a picture.
        Err(_) => anchor.is_empty() && file.exists(),
    }
}

/// Returns the anchor of a heading, as GitHub and mdBook generate it.
fn heading(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').trim().to_lowercase();
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    Some(kept.map(|c| if c == ' ' { '-' } else { c }).collect())
}
