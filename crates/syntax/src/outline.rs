//! The releases of a file, of which those of a long file are read again when each is needed.
//!
//! In: one file's text. Out: its [`Outline`], and its syntax errors. The tree of a release takes up to forty times the memory of its
//! text, so the trees of 100,000 releases take gigabytes. Reading a release again takes a fraction of the time of building it.

use std::sync::Arc;

use crate::ast::{File, Item, Release};
use crate::diagnostic::{Code, Diagnostics};
use crate::foreign;
use crate::parse::{next, parse};
use crate::parser::Builder;
use crate::recovery::{self, Docs};
use crate::source::{FileId, Sources, Span};
use crate::{validate, visit};

/// Length in bytes of the texts from which trees are not kept.
const LONG: usize = 1 << 20;

/// A file and its releases.
#[derive(Debug)]
pub struct Outline {
    /// The tree of the file, without those releases that are read again.
    pub tree: File,
    /// The releases, in the order of the text.
    releases: Vec<Declared>,
    docs: Docs,
}

/// A release of an outline.
#[derive(Debug)]
enum Declared {
    /// Its tree.
    Tree(Arc<Release>),
    /// The place to read it from.
    Text { span: Span, name: Span, environment: Span },
}

/// Parses `text`, the text of `file`, as [`parse`] does.
pub fn outline(file: FileId, text: &str) -> (Outline, Diagnostics) {
    if text.len() >= LONG
        && let Some(outline) = without_trees(file, text)
    {
        return (outline, Diagnostics::default());
    }
    let (tree, found) = parse(file, text);
    let releases = { tree.items.iter() }
        .filter_map(|item| match item {
            Item::Release(release) => Some(Declared::Tree(Arc::clone(release))),
            _ => None,
        })
        .collect();
    (Outline { tree, releases, docs: Docs::default() }, found)
}

/// Parses `text` without keeping the trees of releases; returns `None` if there are errors, or no releases.
fn without_trees(file: FileId, text: &str) -> Option<Outline> {
    let is_other = recovery::without_lookalikes(file, text).is_some()
        || foreign::merge_conflict(file, text, Code::Syntax).is_some();
    let scan = recovery::scan(file, text);
    if is_other || !scan.diags.is_empty() {
        return None;
    }
    let mut builder = Builder::new(file, &scan);
    let (mut items, mut releases, mut found) = (Vec::new(), Vec::new(), Diagnostics::default());
    let mut start = 0;
    while let Some((end, is_plain)) = next(&mut builder, start..text.len()) {
        for item in builder.items.drain(..) {
            match &item {
                Item::Release(release) if is_plain && !visit::reads_files(&item) => {
                    validate::release(release, &mut found);
                    let (name, environment) = (release.name.span, release.environment.span);
                    releases.push(Declared::Text { span: release.span, name, environment });
                    continue;
                }
                Item::Release(release) => releases.push(Declared::Tree(Arc::clone(release))),
                _ => {}
            }
            items.push(item);
        }
        start = end;
    }
    let tree = File { doc: scan.docs.file(text), items, misread: Vec::new() };
    found.extend(validate::check(&tree, !releases.is_empty()));
    let is_sound = builder.diags.is_empty() && found.is_empty() && !releases.is_empty();
    is_sound.then_some(Outline { tree, releases, docs: scan.docs })
}

impl Outline {
    /// Returns the number of releases.
    pub fn len(&self) -> usize {
        self.releases.len()
    }

    /// Returns true if there are no releases.
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// Returns the tree of the release at `index`. `sources` has the text that was parsed.
    pub fn release(&self, index: usize, sources: &Sources) -> Arc<Release> {
        match &self.releases[index] {
            Declared::Tree(release) => Arc::clone(release),
            Declared::Text { span, .. } => {
                let text = sources.file(span.file).text();
                let builder = Builder::of_sound(span.file, text, &self.docs);
                let (release, _) = { builder.plain_release(span.start as usize..text.len()) }
                    .expect("this span was read as a release before");
                Arc::new(release)
            }
        }
    }

    /// Returns the span of the release at `index`.
    pub fn span(&self, index: usize) -> Span {
        match &self.releases[index] {
            Declared::Tree(release) => release.span,
            Declared::Text { span, .. } => *span,
        }
    }

    /// Returns the names of the releases, as written.
    pub fn names<'a>(&'a self, sources: &'a Sources) -> impl Iterator<Item = &'a str> {
        self.releases.iter().map(|release| match release {
            Declared::Tree(release) => &*release.name.text,
            Declared::Text { name, .. } => sources.text(*name),
        })
    }

    /// Returns the names of the releases' environments, as written.
    pub fn environments<'a>(&'a self, sources: &'a Sources) -> impl Iterator<Item = &'a str> {
        self.releases.iter().map(|release| match release {
            Declared::Tree(release) => &*release.environment.text,
            Declared::Text { environment, .. } => sources.text(*environment),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Declared, outline, without_trees};
    use crate::source::{FileId, SourceFile, Sources};

    const TEXT: &str = "\u{feff}/// Doc of the file.\n\nimport \"a.rel\" as a\nlet tag = \"1\"\n\n/// The shop.\nrelease shop on iter8.1 canary { port: 80 } <\n  \
        /// First.\n  \"shop:{tag}\" { spec: {\n    /// An entry.\n    a: [1, \"b\"] } }\n  next 20% \"shop:2\" when path is \"/\"\n>\n\
        release files on b < v1 \"x:1\" { spec: file(\"x.yaml\") } >\nrelease nested on b < v1 { a: [file(\"y\")] } >\n\
        release é on b < v1 \"x:1\" >\nrelease last on b < v1 \"x:1\" >\n\n";

    #[test]
    fn releases_are_read_again_as_they_were_parsed() {
        let text = TEXT.replace('é', "e");
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.rel", &*text));
        let (whole, found) = outline(file, &text);
        assert!(found.is_empty(), "{found:?}");
        let again = without_trees(file, &text).expect("the text has no mistakes");
        assert_eq!((whole.len(), again.len()), (5, 5));
        for at in 0..whole.len() {
            assert_eq!(again.release(at, &sources), whole.release(at, &sources), "{at}");
            assert_eq!(again.span(at), whole.span(at));
        }
        assert_eq!(again.environments(&sources).collect::<Vec<_>>(), ["iter8.1", "b", "b", "b", "b"]);
        assert_eq!(again.names(&sources).collect::<Vec<_>>(), ["shop", "files", "nested", "e", "last"]);
        let is_kept = again.releases.iter().map(|release| matches!(release, Declared::Tree(_)));
        assert_eq!(is_kept.collect::<Vec<_>>(), [false, true, true, false, false], "trees with files are kept");
        assert_eq!((&again.tree.doc, again.tree.items.len()), (&whole.tree.doc, whole.tree.items.len() - 3));
    }

    #[test]
    fn texts_with_mistakes_are_parsed_whole() {
        for text in
            [TEXT, "let a = 1\n", "release a on b < v1 { a: if b then c } >\n", "release a on b < v1 \"x:1\" \n"]
        {
            assert!(without_trees(FileId(0), text).is_none(), "{text}");
        }
    }
}
