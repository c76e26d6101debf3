//! Doc comments: which `///` documents what.

/// The `///` comments of a file, in their order.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    lines: Vec<Line>,
    /// Number of lines that document the file.
    file_lines: usize,
}

/// A `///` comment alone on its line.
#[derive(Debug)]
struct Line {
    /// Offset of the slashes.
    start: usize,
    /// The end of the line, without its break.
    end: usize,
}

impl Docs {
    /// Adds the comment `start..end`, which starts with `///` and is first on its line.
    pub(super) fn push(&mut self, start: usize, end: usize) {
        self.lines.push(Line { start, end });
    }

    /// Finds the file's own documentation: the first block, if it is preceded only by space and comments, and followed
    /// by a blank line, the end, or an import (which can't have documentation).
    pub(super) fn settle(&mut self, text: &str, first_token: usize) {
        let Some(first) = self.lines.first().filter(|line| line.start < first_token) else { return };
        let mut count = 1;
        while count < self.lines.len() && adjacent(text, &self.lines[count - 1], &self.lines[count]) {
            count += 1;
        }
        let behind = &text[self.lines[count - 1].end..];
        let blank = behind
            .trim_start_matches(|c: char| c != '\n' && c.is_whitespace())
            .strip_prefix('\n')
            .is_none_or(|next| next.lines().next().is_none_or(|line| line.trim().is_empty()));
        let import = behind
            .trim_start()
            .strip_prefix("import")
            .is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n', '/']));
        if first.start < first_token && (blank || import) {
            self.file_lines = count;
        }
    }

    /// Returns the documentation of the file.
    pub(crate) fn file(&self, text: &str) -> Option<String> {
        (self.file_lines > 0).then(|| self.join(text, 0..self.file_lines))
    }

    /// Returns the documentation of what starts at `at`: the block directly above it. Only space and plain comments may
    /// be between them.
    pub(crate) fn doc_of(&self, text: &str, at: usize) -> Option<String> {
        let end = self.lines.partition_point(|line| line.start < at);
        if end <= self.file_lines {
            return None;
        }
        if !only_comments(&text[self.lines[end - 1].end..at]) {
            return None;
        }
        let mut start = end - 1;
        while start > self.file_lines && adjacent(text, &self.lines[start - 1], &self.lines[start]) {
            start -= 1;
        }
        Some(self.join(text, start..end))
    }

    fn join(&self, text: &str, lines: std::ops::Range<usize>) -> String {
        let line = |line: &Line| {
            let content = text[line.start..line.end].trim_start_matches('/').trim_end();
            content.strip_prefix(' ').unwrap_or(content).to_owned()
        };
        self.lines[lines].iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Returns true if the second line is directly below the first.
fn adjacent(text: &str, above: &Line, below: &Line) -> bool {
    let between = &text[above.end..below.start];
    between.trim().is_empty() && between.matches('\n').count() == 1
}

fn only_comments(between: &str) -> bool {
    // Checked only over a short distance: a comment is a few lines above what it documents.
    between.len() < 4096 && between.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with("//"))
}
