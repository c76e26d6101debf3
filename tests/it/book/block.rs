//! The fenced blocks of a page: found, compared with relc's output, and updated.

/// A fenced block.
pub struct Block {
    /// The line of its fence, from 1.
    pub line: usize,
    /// The words after the fence, split at commas.
    pub words: Vec<String>,
    /// The lines of the block, without the indentation of the fence.
    pub text: String,
}

impl Block {
    /// Returns true if `word` is after the fence.
    pub fn says(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    /// Returns the value of `key=` after the fence.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }
}

/// Returns the blocks of `page`, in their order.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let (indent, line) = indented(line);
        let Some(words) = line.strip_prefix("```") else { continue };
        let body = lines.by_ref().map(|(_, line)| line.strip_prefix(indent).unwrap_or(line));
        let body: Vec<&str> = body.take_while(|line| *line != "```").collect();
        let words = words.split(',').map(|word| word.trim().to_owned()).collect();
        blocks.push(Block { line: at + 1, words, text: body.join("\n") + "\n" });
    }
    blocks
}

/// Splits a line, as in a list, into its indentation and the rest.
fn indented(line: &str) -> (&str, &str) {
    line.split_at(line.len() - line.trim_start_matches(' ').len())
}

/// Checks that `block` equals `found`, or, if it has `...` lines, that `found` contains each of its pieces in order.
/// The correct text is added to `blessed`, by the line of the fence.
pub fn compare(block: &Block, found: &str, blessed: &mut Vec<(usize, String)>) -> Result<(), String> {
    let elided = |line: &str| matches!(line.trim(), "..." | "# ...");
    let text = trimmed(&block.text);
    let found = trimmed(found);
    if !text.lines().any(elided) {
        if text == found {
            return Ok(());
        }
        let difference = similar::TextDiff::from_lines(&text, &found).unified_diff().to_string();
        blessed.push((block.line, found));
        return Err(difference);
    }
    let mut rest = found.as_str();
    let lines: Vec<&str> = text.lines().collect();
    for piece in lines.split(|line| elided(line)).filter(|piece| !piece.is_empty()) {
        let piece = piece.join("\n") + "\n";
        let Some(at) = rest.find(&piece) else {
            return Err(format!("not there, or not in this order:\n{piece}in\n{found}"));
        };
        rest = &rest[at + piece.len()..];
    }
    Ok(())
}

/// Removes the white space at the ends of lines and of the text, which a page need not keep.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// Replaces the texts of the blocks in `blessed` in `page`.
pub fn bless(page: &str, blessed: &[(usize, String)]) -> String {
    let mut lines = page.lines().enumerate();
    let mut out = String::new();
    while let Some((at, line)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if let Some((_, text)) = blessed.iter().find(|(fence, _)| *fence == at + 1) {
            let (indent, _) = indented(line);
            for line in text.lines().chain(["```"]) {
                out.push_str(if line.is_empty() { "" } else { indent });
                out.push_str(line);
                out.push('\n');
            }
            // The body and its closing fence are skipped.
            let _ = lines.by_ref().find(|(_, line)| indented(line).1 == "```");
        }
    }
    out
}
