//! The corpus: texts with the tree of each, in the form of `tree-sitter test`, which reads the same files.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::parse;

struct Case {
    name: String,
    /// True if the text has a mistake, whatever the tree.
    error: bool,
    text: String,
    tree: String,
}

#[test]
fn trees_are_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test/corpus");
    let mut wrong = String::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("a readable entry").path();
        for case in cases(&fs::read_to_string(&path).expect("a text")) {
            count += 1;
            let tree = parse(&case.text);
            let found = tree.root_node().to_sexp();
            if if case.error { !tree.root_node().has_error() } else { found != case.tree } {
                let _ = writeln!(wrong, "{}: {}\nexpected {}\nfound    {found}", path.display(), case.name, case.tree);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}\n`tree-sitter test --update` takes the trees as they are now");
    assert!(count >= 20, "only {count} cases were found");
}

/// The scanner looks behind a comment for what comes, once for all lines of it.
#[test]
fn long_comments_take_linear_time() {
    let comment = "// a line\n".repeat(20_000);
    let text = format!("{comment}let x = [\n{comment}1\n{comment}]\nlet y = 2\n{comment}");
    let start = Instant::now();
    assert!(!parse(&text).root_node().has_error());
    // A fraction of a second; it was minutes, when each line looked for the end of the comment.
    assert!(start.elapsed() < Duration::from_secs(10), "it took {:?}", start.elapsed());
}

/// Between two lines of `=` a name, and `:error` where the text has a mistake; behind them the text; behind a line of `-` the tree.
fn cases(file: &str) -> Vec<Case> {
    let ruler = |line: &str| line.len() >= 3 && line.bytes().all(|byte| byte == b'=');
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = file.lines().peekable();
    while let Some(line) = lines.next() {
        if !ruler(line) {
            continue;
        }
        let name = lines.next().unwrap_or_default().to_owned();
        let error = lines.next_if(|line| *line == ":error").is_some();
        lines.next();
        let body: Vec<&str> = std::iter::from_fn(|| lines.next_if(|line| !ruler(line))).collect();
        let body = body.join("\n");
        let (text, tree) = body.split_once("\n---\n").expect("a line of `---` is before the tree");
        let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
        cases.push(Case { name, error, text: text.to_owned(), tree });
    }
    cases
}
