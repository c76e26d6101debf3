//! The comments of values files, by the value that they describe.
//!
//! A comment after something describes the node that starts on its line. A comment on a line of its own describes the
//! node that follows it, or the end of a block if it is indented like the last lines of a block that ends there. The
//! target is a path of keys, as several files may set one value; comments of a path that is not written go to the
//! innermost enclosing path that is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use relc_core::helm_values;
use relc_core::nodes::{Kind, Node, Shape, Tree};
use relc_syntax::source::{FileId, Sources, Span, Syntax};

/// Keys from the root of the values; an element of a list is `[0]`.
pub type Path = Vec<String>;

/// Returns the path segment of a list element.
pub fn element(at: usize) -> String {
    format!("[{at}]")
}

/// The comments on one path.
#[derive(Default)]
pub struct CommentSet {
    /// The comments above it.
    pub above: Vec<String>,
    /// The comments after its first line.
    pub after: Vec<String>,
    /// The comments at its end, inside of it.
    pub end: Vec<String>,
}

/// The position of a comment relative to its target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Placement {
    Above,
    After,
    AtEnd,
}

/// The comments of values files.
#[derive(Default)]
pub struct Comments {
    /// The comments in the order of the files and of their texts.
    found: Vec<(Path, Placement, String)>,
    /// The paths of the keys, by position.
    keys: HashMap<(FileId, u32), Path>,
    /// The comments by written path, filled by [`Comments::settle`].
    about: BTreeMap<Path, CommentSet>,
}

impl Comments {
    /// Reads the comments of `files`.
    pub fn read(sources: &Sources, files: Range<u32>) -> Comments {
        let mut comments = Comments::default();
        for file in files.map(FileId) {
            let text = sources.file(file).text();
            let outline = Outline::new(&Tree::parse(file, text, Syntax::Yaml));
            for place in outline.places.iter().filter(|place| place.is_key) {
                comments.keys.insert((file, place.start), place.path.clone());
            }
            for range in helm_values::comments(text) {
                let (path, placement) = outline.subject(range.start);
                // Keep paragraphs apart.
                let continues = comments.found.last().is_some_and(|(last, how, _)| *last == path && *how == placement);
                if continues && outline.follows_blank_line(range.start) {
                    comments.found.push((path.clone(), placement, String::new()));
                }
                comments.found.push((path, placement, to_rel_comment(&text[range.clone()])));
                if outline.ends_head(range.end) {
                    comments.found.push((Path::new(), Placement::Above, String::new()));
                }
            }
        }
        comments
    }

    /// Returns the path of the key at `place`.
    pub fn path(&self, place: Span) -> Option<Path> {
        self.keys.get(&(place.file, place.start)).cloned()
    }

    /// Assigns every comment to one of the paths that have lines of their own, to the end of `braces`, or to the root.
    /// A reassigned comment goes above its path.
    pub fn settle(&mut self, lines: &BTreeSet<Path>, braces: &[String]) {
        for (path, placement, text) in std::mem::take(&mut self.found) {
            let is_place = |path: &[String]| match placement {
                Placement::AtEnd => path == braces || lines.contains(path),
                Placement::Above | Placement::After => lines.contains(path),
            };
            let near = (0..=path.len()).rev().map(|length| &path[..length]).find(|path| is_place(path));
            let near = near.unwrap_or_default();
            let about = self.about.entry(near.to_vec()).or_default();
            match placement {
                Placement::After if near == path => about.after.push(text),
                Placement::Above | Placement::After => about.above.push(text),
                Placement::AtEnd => about.end.push(text),
            }
        }
    }

    /// Removes and returns the comments on `path`.
    pub fn take(&mut self, path: &[String]) -> CommentSet {
        self.about.remove(path).unwrap_or_default()
    }

    /// Returns true if there are comments on anything inside of `path`.
    pub fn has_comments_within(&self, path: &[String]) -> bool {
        self.about.range(path.to_vec()..).next().is_some_and(|(known, _)| known.starts_with(path))
    }
}

/// A key or element of a file.
struct Anchor {
    path: Path,
    /// The position of the key or element that encloses it.
    parent: Option<usize>,
    is_key: bool,
    start: u32,
    end: u32,
    /// The indentation; for an element, that of its dash.
    column: usize,
}

/// The keys and elements of a file, each after those that enclose it.
struct Outline<'t> {
    text: &'t str,
    places: Vec<Anchor>,
    /// The positions in `places`, by the end of the place.
    by_end: Vec<usize>,
}

impl<'t> Outline<'t> {
    fn new(tree: &Tree<'t>) -> Self {
        let mut outline = Outline { text: tree.text, places: Vec::new(), by_end: Vec::new() };
        outline.add_all(&tree.root, None, &Path::new());
        outline.by_end = (0..outline.places.len()).collect();
        outline.by_end.sort_by_key(|at| outline.places[*at].end);
        outline
    }

    fn add_all(&mut self, around: &Node, parent: Option<usize>, path: &Path) {
        for (at, node) in around.children.iter().enumerate() {
            let segment = match node.key {
                Some(key) => self.text[key.range()].trim_matches(['"', '\'']).to_owned(),
                None => element(at),
            };
            let path = [path.as_slice(), &[segment]].concat();
            let (start, index) = (node.span.start, self.places.len());
            let dashes = node.kind == Kind::Element && around.shape == Shape::BlockList;
            let column = self.column(if dashes { self.dash(start) } else { start });
            let is_key = node.key.is_some();
            self.places.push(Anchor { path: path.clone(), parent, is_key, start, end: start, column });
            self.add_all(node, Some(index), &path);
            // The span of a block may extend to whatever follows it.
            let is_block = matches!(node.shape, Shape::BlockMap | Shape::BlockList);
            let inner = self.places[index + 1..].iter().map(|place| place.end).max();
            self.places[index].end = inner.filter(|_| is_block).unwrap_or(node.span.end);
        }
    }

    fn column(&self, offset: u32) -> usize {
        let offset = offset as usize;
        offset - self.text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Returns the position of the dash of the element that starts at `start`, on its line or above comments.
    fn dash(&self, start: u32) -> u32 {
        let mut before = &self.text[..start as usize];
        while !before.is_empty() {
            let line = before.rfind('\n').map_or(0, |newline| newline + 1);
            let text = before[line..].split('#').next().unwrap_or_default();
            let is_dash = |at: &usize| text[*at..].starts_with('-') && !text[at + 1..].starts_with(|c: char| c != ' ');
            if let Some(at) = (0..text.len()).rev().filter(|at| text.is_char_boundary(*at)).find(is_dash) {
                return u32::try_from(line + at).unwrap_or(start);
            }
            before = &before[..line.saturating_sub(1)];
        }
        start
    }

    /// Returns the target of the comment at `offset`.
    fn subject(&self, offset: usize) -> (Path, Placement) {
        let at = u32::try_from(offset).unwrap_or(u32::MAX);
        let column = self.column(at);
        let line = at - u32::try_from(column).unwrap_or(0);
        let trails = !self.text[line as usize..offset].trim().is_empty();
        if trails && let Some(place) = self.on_line(line, at) {
            return (place.path.clone(), Placement::After);
        }
        let next = self.places.get(self.places.partition_point(|place| place.start <= at));
        let before = self.places.partition_point(|place| place.start < at).checked_sub(1);
        match (before.map(|at| &self.places[at]), next) {
            // Between a key and its value.
            (Some(before), next)
                if at < before.end && !next.is_some_and(|next| next.path.starts_with(&before.path)) =>
            {
                (before.path.clone(), Placement::Above)
            }
            (Some(before), _) => {
                let block = self.block(before, at, column);
                match next.filter(|next| next.path.starts_with(block)) {
                    Some(next) => (next.path.clone(), Placement::Above),
                    None => (block.to_vec(), Placement::AtEnd),
                }
            }
            (None, Some(next)) => (next.path.clone(), Placement::Above),
            (None, None) => (Path::new(), Placement::Above),
        }
    }

    /// Returns the target of a comment at `at`, after something on the line that starts at `line`: the outermost node
    /// that starts and ends there, else the last that starts there, else the last that ends there.
    fn on_line(&self, line: u32, at: u32) -> Option<&Anchor> {
        let last = self.places.partition_point(|place| place.start < at).checked_sub(1).map(|last| &self.places[last]);
        let last = last.filter(|last| line <= last.start);
        let is_whole = |place: &&Anchor| line <= place.start && place.end <= at;
        let whole = last.and_then(|last| self.around(last).filter(is_whole).last());
        let ended = || self.by_end.partition_point(|place| self.places[*place].end <= at).checked_sub(1);
        let ends = || ended().map(|last| &self.places[self.by_end[last]]).filter(|place| line < place.end);
        whole.or(last).or_else(ends)
    }

    /// Iterates over `place` and what encloses it, from the inside out.
    fn around<'p>(&'p self, place: &'p Anchor) -> impl Iterator<Item = &'p Anchor> {
        std::iter::successors(Some(place), |inner| inner.parent.map(|parent| &self.places[parent]))
    }

    /// Returns the block after `before` that contains a comment at this column.
    fn block<'p>(&'p self, before: &'p Anchor, at: u32, column: usize) -> &'p [String] {
        let mut inner = &before.path;
        for place in self.around(before) {
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

    /// Returns true if there is a blank line above the comment at `offset`.
    fn follows_blank_line(&self, offset: usize) -> bool {
        let mut above = self.text[..offset].rsplit('\n').skip(1);
        above.next().is_some_and(|line| line.trim().is_empty())
    }

    /// Returns true if a comment that ends at `end` is above all values and followed by a blank line: it describes the
    /// whole file.
    fn ends_head(&self, end: usize) -> bool {
        let Some(first) = self.places.first() else { return false };
        let Some(between) = self.text.get(end..first.start as usize) else { return false };
        between.lines().nth(1).map(str::trim).is_some_and(|line| line.is_empty() || line == "---")
    }
}

/// Converts a comment to `.rel`. A slash at its start would make it a doc comment.
fn to_rel_comment(comment: &str) -> String {
    let text = comment.trim_start_matches('#').trim_end();
    format!("//{}{text}", if text.starts_with('/') { " " } else { "" })
}
