//! The queries are well-formed, and colour each token once.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use tree_sitter::{Query, QueryCursor, StreamingIterator};
use tree_sitter_relc::{FOLDS_QUERY, HIGHLIGHTS_QUERY, INDENTS_QUERY, INJECTIONS_QUERY, LOCALS_QUERY};

use crate::inputs::inputs;
use crate::{language, parse};

#[test]
fn queries_are_well_formed() {
    let queries = [
        ("highlights", HIGHLIGHTS_QUERY),
        ("injections", INJECTIONS_QUERY),
        ("locals", LOCALS_QUERY),
        ("folds", FOLDS_QUERY),
        ("indents", INDENTS_QUERY),
    ];
    for (name, text) in queries {
        if let Err(error) = Query::new(&language(), text) {
            panic!("queries/{name}.scm: {error}");
        }
    }
    let helix = Path::new(env!("CARGO_MANIFEST_DIR")).join("../helix/queries/relc");
    for entry in fs::read_dir(helix).expect("the queries of Helix are there") {
        let path = entry.expect("a readable entry").path();
        if let Err(error) = Query::new(&language(), &fs::read_to_string(&path).expect("a text")) {
            panic!("{}: {error}", path.display());
        }
    }
}

fn query(text: &str) -> Query {
    Query::new(&language(), text).expect("a query is well-formed")
}

/// Returns the capture of each range of `text` by `query`.
fn captures(query: &Query, text: &str) -> Vec<(Range<usize>, String)> {
    let tree = parse(text);
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some(one) = matches.next() {
        let named = one.captures().iter().map(|capture| {
            let name = query.capture_names()[capture.index as usize];
            (capture.node.byte_range(), name.to_owned())
        });
        found.extend(named);
    }
    found
}

/// Editors differ in which of two captures they follow.
#[test]
fn no_node_has_two_colours() {
    let query = query(HIGHLIGHTS_QUERY);
    for input in inputs() {
        let mut seen: BTreeMap<(usize, usize), String> = BTreeMap::new();
        for (range, name) in captures(&query, &input.text) {
            let place = (range.start, range.end);
            if let Some(other) = seen.insert(place, name.clone()) {
                panic!("{}: `{}` is @{other} and @{name}", input.name, &input.text[range]);
            }
        }
    }
}

/// Words, numbers and texts have a colour, wherever they stand.
#[test]
fn every_word_has_a_colour_but_names() {
    let query = query(HIGHLIGHTS_QUERY);
    let mut bare: BTreeMap<String, String> = BTreeMap::new();
    for input in inputs() {
        let tree = parse(&input.text);
        if tree.root_node().has_error() {
            continue;
        }
        let mut coloured = vec![false; input.text.len()];
        captures(&query, &input.text).into_iter().for_each(|(range, _)| coloured[range].fill(true));
        let mut cursor = tree.walk();
        let mut stack = vec![tree.root_node()];
        while let Some(node) = stack.pop() {
            stack.extend(node.children(&mut cursor));
            let range = node.byte_range();
            if node.child_count() == 0 && !range.is_empty() && node.kind() != "identifier" && !coloured[range.start] {
                bare.entry(node.kind().to_owned())
                    .or_insert_with(|| format!("{}:{}", input.name, node.start_position()));
            }
        }
    }
    assert!(bare.is_empty(), "these have no colour: {bare:?}");
}

/// The words that the query `of` captures as `name`.
fn taken<'t>(of: &str, name: &str, text: &'t str) -> Vec<&'t str> {
    let mut found = captures(&query(of), text);
    found.sort_by_key(|(range, _)| range.start);
    found.into_iter().filter(|(_, known)| known == name).map(|(range, _)| &text[range]).collect()
}

#[test]
fn words_are_keywords_only_where_they_begin_something() {
    let text = "part for_all {\n  settings { settings: int = 1 }\n  version { version: string?\n    let x = if v.for then { if: 1, in: v.let } }\n}\n";
    let keywords = ["part", "settings", "version", "let"];
    assert_eq!(taken(HIGHLIGHTS_QUERY, "keyword", text), keywords);
    assert_eq!(taken(HIGHLIGHTS_QUERY, "keyword.conditional", text), ["if", "then"]);
    let properties = ["settings", "version", "for", "if", "in", "let"];
    assert_eq!(taken(HIGHLIGHTS_QUERY, "property", text), properties);
}

#[test]
fn documentation_and_patterns_are_other_languages() {
    let text = "/// A *name*.\ntype Name = string matching \"[a-z]+\"\nlet x = matches(\"a\", \"b+\")\n";
    let other = taken(INJECTIONS_QUERY, "injection.content", text);
    assert_eq!(other, ["/// A *name*.", "\"[a-z]+\"", "b+"]);
}

#[test]
fn brackets_fold_and_indent() {
    let text = "release shop on deployment {\n  labels: {\n    a: \"b\"\n  }\n} <\n  \"nginx\"\n>\n";
    let lines =
        |query, name| -> Vec<usize> { taken(query, name, text).iter().map(|part| part.lines().count()).collect() };
    assert_eq!(lines(FOLDS_QUERY, "fold"), [5, 3, 3]);
    assert_eq!(lines(INDENTS_QUERY, "indent.begin"), [5, 3, 3]);
    assert_eq!(taken(INDENTS_QUERY, "indent.branch", text), ["}", "}", ">"]);
}

#[test]
fn definitions_have_their_references() {
    let text = "let port = 80\nfragment url(host: string) = \"http://{host}:{port}\"\nlet plain = url(port)\n";
    assert_eq!(taken(LOCALS_QUERY, "local.definition.var", text), ["port", "plain"]);
    assert_eq!(taken(LOCALS_QUERY, "local.definition.parameter", text), ["host"]);
    let names = taken(LOCALS_QUERY, "local.reference", text);
    assert_eq!(names, ["port", "url", "host", "host", "port", "plain", "url", "port"]);
}
