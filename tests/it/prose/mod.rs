//! Documentation, comments and messages are written in the words of their field.
//!
//! In: `words.toml`, every document that users read, the comments of Rust code, and messages: the string literals of Rust code,
//! and the expected outputs of the fixtures. To check another kind of document, add it to [`documents`].

mod extract;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::{Regex, RegexBuilder};

use extract::{comments, descriptions, literals, markdown, messages, plain};

/// An entry of `words.toml`.
struct Rule {
    avoid: Regex,
    except: Option<Regex>,
    write: String,
    /// True if it applies to the comments of Rust code, too.
    in_code: bool,
}

impl Rule {
    fn new(entry: &toml::Value) -> Rule {
        let text = |key| entry.get(key).and_then(toml::Value::as_str);
        // A line can be wrapped at any space.
        let compile = |pattern: &str| {
            let pattern = pattern.replace(' ', r"(?:[ \t]+\n?[ \t]*|\n[ \t]*)");
            RegexBuilder::new(&pattern).case_insensitive(true).multi_line(true).build().expect("a valid expression")
        };
        Rule {
            avoid: compile(text("avoid").expect("an entry has `avoid`")),
            except: text("except").map(compile),
            write: text("write").expect("an entry has `write`").to_owned(),
            in_code: entry.get("in_code").and_then(toml::Value::as_bool).unwrap_or(true),
        }
    }

    /// The byte ranges in `prose` that this rule rejects.
    fn find<'t>(&'t self, prose: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let allowed = |found: &Range<usize>| {
            let Some(except) = &self.except else { return false };
            except.find_iter(prose).any(|except| except.start() < found.end && found.start < except.end())
        };
        self.avoid.find_iter(prose).map(|found| found.range()).filter(move |found| !allowed(found))
    }
}

fn rules() -> Vec<Rule> {
    let words: toml::Table = include_str!("words.toml").parse().expect("words.toml is TOML");
    words["word"].as_array().expect("a list of words").iter().map(Rule::new).collect()
}

/// The findings in the prose of a document, as `NAME:LINE: …`.
fn check(rules: &[Rule], name: &str, prose: &str) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.in_code || !name.ends_with(".rs")) {
        for range in rule.find(prose) {
            let line = prose[..range.start].matches('\n').count() + 1;
            let words = prose[range].split_whitespace().collect::<Vec<_>>().join(" ");
            found.push((line, format!("{name}:{line}: \"{words}\": write {}", rule.write)));
        }
    }
    found.sort();
    found.into_iter().map(|(_, message)| message).collect()
}

/// Returns every document that is checked: its name, and its prose.
fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = Vec::new();
    for path in files(root) {
        let name = path.strip_prefix(root).expect("a file of the repository").display().to_string();
        let extract = match path.extension().and_then(|extension| extension.to_str()) {
            Some("md") => markdown,
            Some("rel" | "rs") => comments,
            Some("json") => descriptions,
            _ => continue,
        };
        documents.push((name, extract(&std::fs::read_to_string(&path).expect("a readable file"))));
    }
    documents.extend(helps());
    documents.extend(texts(root, "tests/ui", "out", messages));
    for code in ["src", "crates"] {
        documents.extend(texts(root, code, "rs", literals));
    }
    documents
}

/// The prose of the files with an extension below a directory, without those of tests.
fn texts(root: &Path, directory: &str, extension: &str, extract: fn(&str) -> String) -> Vec<(String, String)> {
    let walk = ignore::WalkBuilder::new(root.join(directory)).build();
    let paths = walk.map(|entry| entry.expect("a readable entry").into_path());
    let is_test = |path: &Path| {
        extension == "rs" && path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"))
    };
    let mut found: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|known| known == extension))
        .filter_map(|path| {
            let name = path.strip_prefix(root).expect("a file of the repository").to_owned();
            if is_test(&name) {
                return None;
            }
            let text = std::fs::read_to_string(&path).expect("a readable file");
            Some((format!("{} (messages)", name.display()), extract(&text)))
        })
        .collect();
    found.sort();
    found
}

/// The output of `relc help COMMAND` for every command.
fn helps() -> Vec<(String, String)> {
    let help = |command: &str| {
        let words = command.split(' ').filter(|word| !word.is_empty());
        let run = Command::new(env!("CARGO_BIN_EXE_relc")).arg("help").args(words).output().expect("relc runs");
        String::from_utf8(run.stdout).expect("help is text")
    };
    let names = |help: &str| -> Vec<String> {
        let list = help.split("\nCommands:\n").nth(1).unwrap_or("").split("\n\n").next().unwrap_or("");
        let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        names.filter(|name| !matches!(*name, "" | "help")).map(str::to_owned).collect()
    };
    let mut found = vec![(String::new(), help(""))];
    let mut at = 0;
    while let Some((command, text)) = found.get(at).cloned() {
        found.extend(names(&text).into_iter().map(|name| {
            let command = format!("{command} {name}");
            (command.clone(), help(&command))
        }));
        at += 1;
    }
    found.into_iter().map(|(command, text)| (format!("relc help{command}"), plain(&text))).collect()
}

/// Rust code whose comments are checked.
const CODE: &[&str] = &[
    "crates/schema",
    "crates/render",
    "crates/import",
    "crates/lsp",
    "crates/project",
    "crates/syntax/src/ast.rs",
    "crates/syntax/src/diagnostic.rs",
    "crates/syntax/src/format",
    "crates/syntax/src/layout.rs",
    "crates/syntax/src/parse.rs",
    "crates/syntax/src/recovery",
    "crates/syntax/src/source.rs",
    "crates/syntax/src/strings.rs",
    "crates/core/src/codegen",
    "crates/core/src/library",
    "crates/core/src/lower",
    "crates/core/src/json_schema",
    "crates/core/src/nodes",
    "crates/core/src/compile",
    "crates/core/src/check",
    "crates/core/src/frontend",
    "crates/lint/src/report",
    "src",
];

fn files(root: &Path) -> Vec<PathBuf> {
    let mut walk = ignore::WalkBuilder::new(root.join("README.md"));
    for path in ["CHANGELOG.md", "CONTRIBUTING.md", "docs", "stdlib", "templates", "examples"] {
        walk.add(root.join(path));
    }
    for path in
        ["vscode/README.md", "vscode/package.json", "vscode/snippets", "vim/README.md", "tree-sitter-relc/README.md"]
    {
        walk.add(root.join("editors").join(path));
    }
    for path in CODE {
        walk.add(root.join(path));
    }
    walk.build().map(|entry| entry.expect("a readable entry").into_path()).filter(|path| path.is_file()).collect()
}

#[test]
fn documents_use_the_words_of_their_field() {
    let rules = rules();
    let documents = documents();
    assert!(documents.len() > 60, "only {} documents were found", documents.len());
    let found: Vec<String> = documents.iter().flat_map(|(name, prose)| check(&rules, name, prose)).collect();
    assert!(found.is_empty(), "{} expressions to avoid:\n{}", found.len(), found.join("\n"));
}

/// Returns the findings in `prose`, without the advice.
fn found(name: &str, prose: &str) -> Vec<String> {
    let found = check(&rules(), name, prose);
    found.iter().map(|message| message.split(": write").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn planted_words_are_found() {
    let page = "# A page\n\nThe release counts\nas ready. A `hole` in code is allowed.\n\n```rel\n// mend\n```\n\nThe file says nothing.\n";
    assert_eq!(found("page.md", &markdown(page)), ["page.md:3: \"counts as\"", "page.md:10: \"says\""]);

    let library = "/// Leads to the Service.\npart a {\n  // What stands here.\n  let text = \"told\"\n}\n";
    assert_eq!(found("a.rel", &comments(library)), ["a.rel:1: \"Leads to\"", "a.rel:3: \"stands\""]);

    let code = "/// Says what a text is.\nlet told = \"told\";\n";
    assert_eq!(found("a.rs", &comments(code)), ["a.rs:1: \"Says\""]);

    let code = "let x = \"a text of yours\";\n// \"a text\"\n#[cfg(test)]\nlet y = \"a text of yours\";\n";
    assert_eq!(found("strings", &literals(code)), ["strings:1: \"a text\"", "strings:1: \"of yours\""]);

    let output = "  × a hole is `here`\n 1 │ a hole\n   · ╰── first stands here\n  help: mend it\n";
    assert_eq!(found("a.out", &messages(output)), ["a.out:1: \"hole\"", "a.out:3: \"stands\"", "a.out:4: \"mend\""]);

    let package = "{\n  \"name\": \"told\",\n  \"description\": \"A text of one's own.\"\n}\n";
    assert_eq!(found("p.json", &descriptions(package)), ["p.json:3: \"A text\"", "p.json:3: \"of one's own\""]);
}
