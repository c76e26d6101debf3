//! The comments of values files, by what they are about.
//!
//! A comment behind something is about what begins on its line, one on a line of its own about what follows it, or, where it stands
//! as deep as the last lines of a block that ends there, about the end of that block. What it is about is a path of keys, as
//! several files say one value; a path that is not written hands its comments to the innermost one around it that is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use relc_core::helm_values;
use relc_core::nodes::{Kind, Node, Shape, Syntax, Tree};
use relc_syntax::source::{FileId, Sources, Span};

/// Keys from the root of the values; an element of a list is `[0]`.
pub type Path = Vec<String>;

/// The segment of an element.
pub fn element(at: usize) -> String {
    format!("[{at}]")
}

/// The comments about one path.
#[derive(Default)]
pub struct About {
    /// Those above it.
    pub above: Vec<String>,
    /// Those behind its beginning.
    pub behind: Vec<String>,
    /// Those at the end of what is in it.
    pub end: Vec<String>,
}

/// How a comment stands to what it is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Above,
    Behind,
    AtEnd,
}

/// What values files say beside their values.
#[derive(Default)]
pub struct Comments {
    /// In the order of the files and of their texts.
    found: Vec<(Path, Stands, String)>,
    /// Where keys are.
    keys: HashMap<(FileId, u32), Path>,
    /// By paths that are written; filled by [`Comments::settle`].
    about: BTreeMap<Path, About>,
}

impl Comments {
    /// Reads the comments of `files`.
    pub fn read(sources: &Sources, files: Range<u32>) -> Comments {
        let mut comments = Comments::default();
        for file in files.map(FileId) {
            let text = sources.file(file).text();
            let outline = Outline::of(&Tree::parse(file, text, Syntax::Yaml));
            for place in outline.places.iter().filter(|place| place.is_key) {
                comments.keys.insert((file, place.start), place.path.clone());
            }
            for range in helm_values::comments(text) {
                let (path, stands) = outline.subject(range.start);
                // What stood in paragraphs does so again.
                let goes_on = comments.found.last().is_some_and(|(last, how, _)| *last == path && *how == stands);
                if goes_on && outline.is_parted(range.start) {
                    comments.found.push((path.clone(), stands, String::new()));
                }
                comments.found.push((path, stands, said(&text[range.clone()])));
                if outline.ends_head(range.end) {
                    comments.found.push((Path::new(), Stands::Above, String::new()));
                }
            }
        }
        comments
    }

    /// The path of the key at `place`.
    pub fn path(&self, place: Span) -> Option<Path> {
        self.keys.get(&(place.file, place.start)).cloned()
    }

    /// Hands every comment to one of the paths that have lines of their own, to the end of `braces`, or to the root. What was
    /// handed on stands above.
    pub fn settle(&mut self, lines: &BTreeSet<Path>, braces: &[String]) {
        for (path, stands, said) in std::mem::take(&mut self.found) {
            let is_place = |path: &[String]| match stands {
                Stands::AtEnd => path == braces || lines.contains(path),
                Stands::Above | Stands::Behind => lines.contains(path),
            };
            let near = (0..=path.len()).rev().map(|length| &path[..length]).find(|path| is_place(path));
            let near = near.unwrap_or_default();
            let about = self.about.entry(near.to_vec()).or_default();
            match stands {
                Stands::Behind if near == path => about.behind.push(said),
                Stands::Above | Stands::Behind => about.above.push(said),
                Stands::AtEnd => about.end.push(said),
            }
        }
    }

    /// What is said about `path`, once.
    pub fn take(&mut self, path: &[String]) -> About {
        self.about.remove(path).unwrap_or_default()
    }

    /// Whether something is said about what is in `path`.
    pub fn are_in(&self, path: &[String]) -> bool {
        self.about.range(path.to_vec()..).next().is_some_and(|(known, _)| known.starts_with(path))
    }
}

/// A key or element of a file.
struct Anchor {
    path: Path,
    is_key: bool,
    start: u32,
    end: u32,
    /// How far it is indented; an element as its dash is.
    column: usize,
}

/// The keys and elements of a file, each behind those around it.
struct Outline<'t> {
    text: &'t str,
    places: Vec<Anchor>,
}

impl<'t> Outline<'t> {
    fn of(tree: &Tree<'t>) -> Self {
        let mut outline = Outline { text: tree.text, places: Vec::new() };
        outline.add_all(&tree.root, &Path::new());
        outline
    }

    fn add_all(&mut self, around: &Node, path: &Path) {
        for (at, node) in around.children.iter().enumerate() {
            let segment = match node.key {
                Some(key) => self.text[key.range()].trim_matches(['"', '\'']).to_owned(),
                None => element(at),
            };
            let path = [path.as_slice(), &[segment]].concat();
            let (start, index) = (node.span.start, self.places.len());
            let dashes = node.kind == Kind::Element && around.shape == Shape::BlockList;
            let column = self.column(if dashes { self.dash(start) } else { start });
            self.places.push(Anchor { path: path.clone(), is_key: node.key.is_some(), start, end: start, column });
            self.add_all(node, &path);
            // What a block's own place covers may go on to whatever follows it.
            let is_block = matches!(node.shape, Shape::BlockMap | Shape::BlockList);
            let inner = self.places[index + 1..].iter().map(|place| place.end).max();
            self.places[index].end = inner.filter(|_| is_block).unwrap_or(node.span.end);
        }
    }

    fn column(&self, offset: u32) -> usize {
        let offset = offset as usize;
        offset - self.text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// The dash of the element that begins at `start`, on its line or above comments.
    fn dash(&self, start: u32) -> u32 {
        let mut before = &self.text[..start as usize];
        while !before.is_empty() {
            let line = before.rfind('\n').map_or(0, |newline| newline + 1);
            let said = before[line..].split('#').next().unwrap_or_default();
            let is_dash = |at: &usize| said[*at..].starts_with('-') && !said[at + 1..].starts_with(|c: char| c != ' ');
            if let Some(at) = (0..said.len()).rev().filter(|at| said.is_char_boundary(*at)).find(is_dash) {
                return u32::try_from(line + at).unwrap_or(start);
            }
            before = &before[..line.saturating_sub(1)];
        }
        start
    }

    /// What the comment at `offset` is about.
    fn subject(&self, offset: usize) -> (Path, Stands) {
        let at = u32::try_from(offset).unwrap_or(u32::MAX);
        let column = self.column(at);
        let line = at - u32::try_from(column).unwrap_or(0);
        let trails = !self.text[line as usize..offset].trim().is_empty();
        if let Some(place) = self.on_line(line, at).filter(|_| trails) {
            return (place.path.clone(), Stands::Behind);
        }
        let next = self.places.iter().find(|place| place.start > at);
        let before = self.places.iter().rfind(|place| place.start < at);
        match (before, next) {
            // Between a key and its value.
            (Some(before), next)
                if at < before.end && !next.is_some_and(|next| next.path.starts_with(&before.path)) =>
            {
                (before.path.clone(), Stands::Above)
            }
            (Some(before), _) => {
                let block = self.block(before, at, column);
                match next.filter(|next| next.path.starts_with(block)) {
                    Some(next) => (next.path.clone(), Stands::Above),
                    None => (block.to_vec(), Stands::AtEnd),
                }
            }
            (None, Some(next)) => (next.path.clone(), Stands::Above),
            (None, None) => (Path::new(), Stands::Above),
        }
    }

    /// What a comment behind something on the line between `line` and `at` is about: the outermost of what begins and ends there,
    /// the last that begins there, or the last that ends there.
    fn on_line(&self, line: u32, at: u32) -> Option<&Anchor> {
        let last = self.places.iter().rfind(|place| (line..at).contains(&place.start));
        let whole = last.and_then(|last| {
            let around = |place: &&Anchor| last.path.starts_with(&place.path);
            self.places.iter().filter(around).find(|place| line <= place.start && place.end <= at)
        });
        let ends = || self.places.iter().filter(|place| line < place.end && place.end <= at).max_by_key(|p| p.end);
        whole.or(last).or_else(ends)
    }

    /// The block that a comment so deep behind `before` is in.
    fn block<'p>(&'p self, before: &'p Anchor, at: u32, column: usize) -> &'p [String] {
        let mut inner = &before.path;
        for place in self.places.iter().rev().filter(|place| before.path.starts_with(&place.path)) {
            if place.end > at {
                break;
            }
            inner = &place.path;
            if place.column <= column {
                break;
            }
        }
        &inner[..inner.len() - 1]
    }

    /// Whether a blank line stands above that of the comment at `offset`.
    fn is_parted(&self, offset: usize) -> bool {
        let mut above = self.text[..offset].rsplit('\n').skip(1);
        above.next().is_some_and(|line| line.trim().is_empty())
    }

    /// Whether a comment that ends at `end` is above all values, and a blank line parts it from what is below: it speaks of the whole
    /// file.
    fn ends_head(&self, end: usize) -> bool {
        let Some(first) = self.places.first() else { return false };
        let Some(between) = self.text.get(end..first.start as usize) else { return false };
        between.lines().nth(1).map(str::trim).is_some_and(|line| line.is_empty() || line == "---")
    }
}

/// A comment as a `.rel` file has it. A slash at its beginning would make it a documentation.
fn said(comment: &str) -> String {
    let text = comment.trim_start_matches('#').trim_end();
    format!("//{}{text}", if text.starts_with('/') { " " } else { "" })
}
