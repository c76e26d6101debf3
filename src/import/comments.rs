//! The comments of values files, by what they are about.

use std::collections::BTreeMap;

use crate::source::{FileId, Sources, Span};
use crate::values;

/// The comments of a few files, each taken once.
pub struct Comments {
    /// Above what begins at a place, in their order.
    above: BTreeMap<(FileId, u32), Vec<String>>,
    /// Behind what begins at a place, on its line.
    behind: BTreeMap<(FileId, u32), Vec<String>>,
    /// Those above everything.
    pub head: Vec<String>,
    /// Those below everything.
    pub tail: Vec<String>,
}

impl Comments {
    /// The comments of the files that `places` are of; a comment is about the first place behind it, or about the last one of its line.
    pub fn of(sources: &Sources, places: &[Span]) -> Comments {
        let mut starts: Vec<(FileId, u32)> = places.iter().map(|place| (place.file, place.start)).collect();
        starts.sort_unstable();
        let mut files: Vec<FileId> = starts.iter().map(|(file, _)| *file).collect();
        files.dedup();
        let mut comments =
            Comments { above: BTreeMap::new(), behind: BTreeMap::new(), head: Vec::new(), tail: Vec::new() };
        for file in files {
            let text = sources.file(file).text();
            for range in values::comments(text) {
                let said = said(&text[range.clone()]);
                let offset = u32::try_from(range.start).unwrap_or(u32::MAX);
                let line = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
                let line_start = u32::try_from(line).unwrap_or(0);
                let trails = !text[line..range.start].trim().is_empty();
                let before = starts.iter().rfind(|(of, start)| *of == file && line_start <= *start && *start < offset);
                let next = starts.iter().find(|(of, start)| *of == file && *start > offset);
                match (before.filter(|_| trails), next) {
                    (Some(place), _) => comments.behind.entry(*place).or_default().push(said),
                    (None, Some(place)) if !is_head(text, range.start) => {
                        comments.above.entry(*place).or_default().push(said);
                    }
                    (None, Some(_)) => comments.head.push(said),
                    (None, None) => comments.tail.push(said),
                }
            }
        }
        comments
    }

    /// Whether any is about one of `places`.
    pub fn are_about(&self, places: &[Span]) -> bool {
        let known = |place: &Span| {
            let place = (place.file, place.start);
            self.above.contains_key(&place) || self.behind.contains_key(&place)
        };
        places.iter().any(known)
    }

    /// Those above what begins at `place`.
    pub fn above(&mut self, place: Span) -> Vec<String> {
        self.above.remove(&(place.file, place.start)).unwrap_or_default()
    }

    /// Those behind what begins at `place`.
    pub fn behind(&mut self, place: Span) -> Vec<String> {
        self.behind.remove(&(place.file, place.start)).unwrap_or_default()
    }
}

/// Whether only comments and blank lines stand before `offset`: what is said there is said of the whole file.
fn is_head(text: &str, offset: usize) -> bool {
    text[..offset].lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// A comment as a `.rel` file has it.
fn said(comment: &str) -> String {
    format!("//{}", comment.trim_start_matches('#').trim_end())
}
