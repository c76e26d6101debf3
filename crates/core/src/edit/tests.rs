use super::*;
use crate::nodes::Node;
use relc_syntax::source::FileId;

const FILE: FileId = FileId(0);

/// Returns the text after `edits`.
fn applied(text: &str, edits: &[Edit]) -> String {
    let mut out = text.to_owned();
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    for edit in edits {
        out.replace_range(edit.span.range(), &edit.text);
    }
    out
}

/// Returns the span of the first occurrence of the word `what`.
fn place(text: &str, what: &str) -> Span {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let alone =
        |at: &usize| !is_word(text[..*at].chars().next_back()) && !is_word(text[at + what.len()..].chars().next());
    let at = text.match_indices(what).map(|(at, _)| at).find(alone).expect("it is there");
    Span::new(FILE, at, at + what.len())
}

/// Returns `text` without the node whose key or value is the first `what`.
fn without(text: &str, syntax: Syntax, what: &str) -> Option<String> {
    let tree = Tree::parse(FILE, text, syntax);
    remove(&tree, place(text, what)).map(|edits| applied(text, &edits))
}

fn yaml(text: &str, what: &str) -> String {
    without(text, Syntax::Yaml, what).unwrap_or_else(|| "cannot be removed".to_owned())
}

fn rel(text: &str, what: &str) -> String {
    without(text, Syntax::Rel, what).unwrap_or_else(|| "cannot be removed".to_owned())
}

#[test]
fn removes_lines_of_yaml() {
    assert_eq!(yaml("a: 1\n# of it\nb: 2\nc: 3\n", "b"), "a: 1\n# of it\nc: 3\n");
    assert_eq!(yaml("a: 1\nb:\n  x: 1\n  y:\n  - 1\nc: 3\n", "b"), "a: 1\nc: 3\n");
    assert_eq!(yaml("a: 1\nb: 2 # why\nc: 3\n", "b"), "a: 1\n# why\nc: 3\n");
    assert_eq!(yaml("a: 1\nb: 2", "b"), "a: 1");
    assert_eq!(yaml("a: |\n  text\n\nb: 2\n", "b"), "a: |\n  text\n\n");
    assert_eq!(yaml("a: |\n  text\nb: 2\n", "a"), "b: 2\n");
    assert_eq!(yaml("a:\nb: 2\n", "a"), "b: 2\n");
    assert_eq!(yaml("a: 1\r\nb: 2\r\nc: 3\r\n", "b"), "a: 1\r\nc: 3\r\n");
}

#[test]
fn removes_what_stands_behind_a_dash() {
    assert_eq!(yaml("l:\n- a: 1\n  b: 2\n", "a"), "l:\n- b: 2\n");
    assert_eq!(yaml("l:\n  -  a: 1\n     b: 2\n", "a"), "l:\n  -  b: 2\n");
    assert_eq!(yaml("l:\n- a: 1 # why\n  b: 2\n", "a"), "l:\n- # why\n  b: 2\n");
    assert_eq!(yaml("l:\n- a: 1\n  # of it\n  b: 2\n", "a"), "l:\n-\n  # of it\n  b: 2\n");
    assert_eq!(yaml("l:\n- a: 1\n- b: 2\n", "a"), "l:\n- {}\n- b: 2\n");
    assert_eq!(yaml("l:\n- - x\n  - y\n", "x"), "l:\n- - y\n");
    assert_eq!(yaml("l:\n- x # one\n- y\n", "x"), "l:\n# one\n- y\n");
    assert_eq!(yaml("l:\n- x\n- y\n", "y"), "l:\n- x\n");
}

#[test]
fn leaves_an_empty_collection_where_the_only_part_goes() {
    assert_eq!(yaml("m:\n  a: 1\nn: 2\n", "a"), "m: {}\nn: 2\n");
    assert_eq!(yaml("m: # why\n  a: 1 # here\n", "a"), "m: # why\n  {} # here\n");
    assert_eq!(yaml("a: 1\n", "a"), "{}\n");
    assert_eq!(yaml("l:\n- x\n", "x"), "l: []\n");
    assert_eq!(yaml("m: { a: 1 }\n", "a"), "m: {}\n");
    assert_eq!(yaml("m: [x]\n", "x"), "m: []\n");
}

#[test]
fn removes_between_brackets_of_yaml() {
    assert_eq!(yaml("m: { a: 1, b: 2, c: 3 }\n", "a"), "m: { b: 2, c: 3 }\n");
    assert_eq!(yaml("m: { a: 1, b: 2, c: 3 }\n", "b"), "m: { a: 1, c: 3 }\n");
    assert_eq!(yaml("m: { a: 1, b: 2, c: 3 }\n", "c"), "m: { a: 1, b: 2 }\n");
    assert_eq!(
        yaml("m: {\n  a: 1, # one\n  b: 2, # two\n  c: 3\n}\n", "b"),
        "m: {\n  a: 1, # one\n  # two\n  c: 3\n}\n"
    );
    assert_eq!(yaml("m: {\n  a: 1,\n  b: 2\n}\n", "b"), "m: {\n  a: 1,\n}\n");
    assert_eq!(yaml("m: {\n  a: 1\n  , b: 2 }\n", "a"), "m: {\n   b: 2 }\n");
    assert_eq!(yaml("m: [x, y, z]\n", "y"), "m: [x, z]\n");
}

#[test]
fn refuses_what_others_refer_to() {
    assert_eq!(yaml("a: &x { b: 1 }\nc: *x\n", "a"), "cannot be removed");
    assert_eq!(yaml("m: { a: &x 1, c: *x }\n", "a"), "cannot be removed");
    assert_eq!(yaml("a: 1\nb: *nothing\n", "a"), "cannot be removed");
}

#[test]
fn removes_from_release_files() {
    let release = |inner: &str| format!("release r on e {{{inner}}} <\n  v \"i\"\n>\n");
    assert_eq!(rel(&release("\n  a: 1\n  b: 2 // two\n  c: 3\n"), "b"), release("\n  a: 1\n  // two\n  c: 3\n"));
    assert_eq!(
        rel(&release("\n  a: 1\n  // of it\n  b: 2,\n  c: 3\n"), "b"),
        release("\n  a: 1\n  // of it\n  c: 3\n")
    );
    assert_eq!(rel(&release(" a: 1, b: 2, c: 3 "), "b"), release(" a: 1, c: 3 "));
    assert_eq!(rel(&release(" a: 1, b: 2, c: 3 "), "c"), release(" a: 1, b: 2 "));
    assert_eq!(rel(&release(" a: 1\n b: 2 "), "a"), release(" b: 2 "));
    assert_eq!(rel(&release(" a: 1 /* one */, b: 2 "), "a"), release("  /* one */ b: 2 "));
    assert_eq!(rel(&release(" a: { x: 1 } "), "x"), release(" a: {} "));
    // The map is parsed as if it ended before the comma.
    rel("release r on e { a: 1,< \"x\" > b: 2 } < \"y\" >\n", "a");
    assert_eq!(rel(&release(" a: [1, 22, 3] "), "22"), release(" a: [1, 3] "));
}

#[test]
fn removes_weights_and_conditions() {
    let release = |version: &str| format!("release r on e <\n  {version}\n>\n");
    assert_eq!(rel(&release("v 20 \"i\""), "20"), release("v \"i\""));
    assert_eq!(rel(&release("20% \"i\" { a: 1 }"), "20%"), release("\"i\" { a: 1 }"));
    assert_eq!(rel(&release("v 20"), "20"), release("v"));
    assert_eq!(rel(&release("20"), "20"), "cannot be removed");
    assert_eq!(rel(&release("v \"i\" when path is \"/\""), "when path is \"/\""), release("v \"i\""));
    assert_eq!(rel(&release("v \"i\"\n    when path is \"/\""), "when path is \"/\""), release("v \"i\""));
}

fn written(text: &str, syntax: Syntax, what: &str, value: &Value) -> String {
    let tree = Tree::parse(FILE, text, syntax);
    let edits = set(&tree, place(text, what), value).expect("it can be set");
    applied(text, &edits)
}

fn value(text: &str) -> Value {
    crate::helm_values::read(FILE, text).0.expect("the test's own YAML")
}

#[test]
fn sets_values() {
    assert_eq!(written("a: x # why\nb: 2\n", Syntax::Yaml, "a", &value("yes it is")), "a: yes it is # why\nb: 2\n");
    assert_eq!(written("a:\nb: 2\n", Syntax::Yaml, "a", &value("3")), "a: 3\nb: 2\n");
    assert!(set(&Tree::parse(FILE, "a: |\n  x\n", Syntax::Yaml), place("a: |\n  x\n", "a"), &value("1")).is_none());
    assert_eq!(written("a: [1]\n", Syntax::Yaml, "a", &value("{b: [on, 'on']}")), "a: { b: [true, \"on\"] }\n");
    let release = "release r on e { a: 1, b } < v 10 \"i\" >\n";
    let set = |what, new| written(release, Syntax::Rel, what, &value(new));
    assert_eq!(set("1", "'{x} {1}'"), "release r on e { a: \"\\{x} {1}\", b } < v 10 \"i\" >\n");
    assert_eq!(set("b", "{c-d: 1}"), "release r on e { a: 1, b: { c-d: 1 } } < v 10 \"i\" >\n");
    assert_eq!(set("10", "30"), "release r on e { a: 1, b } < v 30 \"i\" >\n");
}

fn inserted(text: &str, syntax: Syntax, beside: &str) -> String {
    let tree = Tree::parse(FILE, text, syntax);
    let edits = insert_beside(&tree, place(text, beside), "k", &value("5"));
    applied(text, &edits.expect("it can be inserted"))
}

#[test]
fn inserts_beside_an_entry() {
    assert_eq!(
        inserted("l:\n- a: 1\n  b: 2 # two\nz: 3\n", Syntax::Yaml, "a"),
        "l:\n- a: 1\n  b: 2 # two\n  k: 5\nz: 3\n"
    );
    assert_eq!(
        inserted("l:\n- a: 1\n  b: |\n    x\n\nz: 3\n", Syntax::Yaml, "a"),
        "l:\n- k: 5\n  a: 1\n  b: |\n    x\n\nz: 3\n"
    );
    assert_eq!(inserted("a: 1", Syntax::Yaml, "a"), "a: 1\nk: 5");
    assert_eq!(inserted("{ a: 1 }\n", Syntax::Yaml, "a"), "{ a: 1, k: 5 }\n");
    assert_eq!(inserted("a:\nb:\n", Syntax::Yaml, "a"), "a:\nb:\nk: 5\n");
    let release = |inner: &str| format!("release r on e {{{inner}}} < v \"i\" >\n");
    assert_eq!(inserted(&release("\n  a: 1, // one\n"), Syntax::Rel, "a"), release("\n  a: 1, // one\n  k: 5\n"));
    assert_eq!(inserted(&release(" a: 1 "), Syntax::Rel, "a"), release(" a: 1, k: 5 "));
}

#[test]
fn gives_a_version_its_weight() {
    let text = "release r on e < v \"i\", \"j\" >\n";
    let tree = Tree::parse(FILE, text, Syntax::Rel);
    let given = |span| insert_weight(&tree, span, 50).map(|edits| applied(text, &edits));
    assert_eq!(given(place(text, "v")).as_deref(), Some("release r on e < v 50 \"i\", \"j\" >\n"));
    assert_eq!(given(place(text, "\"j\"")).as_deref(), Some("release r on e < v \"i\", 50 \"j\" >\n"));
}

/// The contents of a node, without positions and the kind of brackets.
#[derive(Clone, Debug, PartialEq)]
struct Outline {
    says: String,
    children: Vec<Outline>,
}

fn outline(tree: &Tree<'_>, node: &Node) -> Outline {
    let key = node.key.map_or("", |key| &tree.text[key.range()]);
    let leaf = node.shape == Shape::Other && node.children.is_empty() && node.kind != Kind::File;
    let value = if leaf { tree.text[node.value.range()].trim_end() } else { "" };
    let children = node.children.iter().map(|child| outline(tree, child)).collect();
    Outline { says: format!("{:?} {key} {value}", node.kind), children }
}

/// Calls `each` for every node, with its path of indices.
fn nodes(node: &Node, way: &mut Vec<usize>, each: &mut dyn FnMut(&Node, &[usize])) {
    for (at, child) in node.children.iter().enumerate() {
        way.push(at);
        each(child, way);
        nodes(child, way, each);
        way.pop();
    }
}

fn drop_at(outline: &mut Outline, way: &[usize]) {
    match way {
        [last] => drop(outline.children.remove(*last)),
        [first, rest @ ..] => drop_at(&mut outline.children[*first], rest),
        [] => {}
    }
}

fn comments(text: &str, syntax: Syntax) -> usize {
    text.matches(if syntax == Syntax::Yaml { "# " } else { "// " }).count()
}

/// Every part of the text can be removed alone, and then everything else is unchanged.
fn each_removal_keeps_the_rest(text: &str, syntax: Syntax) {
    let tree = Tree::parse(FILE, text, syntax);
    let whole = outline(&tree, &tree.root);
    let mut removed = 0;
    nodes(&tree.root, &mut Vec::new(), &mut |node, way| {
        let at = node.key.unwrap_or(node.value);
        let Some(edits) = remove(&tree, at) else { return };
        removed += 1;
        let left = applied(text, &edits);
        let after = Tree::parse(FILE, &left, syntax);
        let mut expected = whole.clone();
        drop_at(&mut expected, way);
        assert_eq!(outline(&after, &after.root), expected, "without `{}`:\n{left}", &text[node.span.range()]);
        let inside = comments(&text[node.span.range()], syntax);
        assert_eq!(comments(&left, syntax), comments(text, syntax) - inside, "comments in:\n{left}");
    });
    assert!(removed > 5, "only {removed} parts can be removed from:\n{text}");
}

#[test]
fn what_is_not_removed_keeps_its_meaning() {
    let values = "\
# The release.
environment: deployment-istio   # where
application:
  metadata:
    name: hello
    labels: { app: hello, \"tier\": 'web' }   # labels
  strategy: blue-green

  versions:
  # The first.
  - metadata:
      # named so
      name: one
    image: \"a:1\"

    weight: 30   # percent
    deploymentSpecification:
      spec: {
        replicas: 2,   # two
        template: { spec: { containers: [{ name: a, args: [x, y, z] }] } },
        # behind
      }
  -   image: b:2
      # a script
      script: |
        # not a comment
        echo 1

      empty:
      match:
      - headers:
          a:
            exact: b
      - uri: { exact: /x }
  - image: >-
      folded
      text
last: 1
";
    each_removal_keeps_the_rest(values, Syntax::Yaml);
    each_removal_keeps_the_rest(&values.replace('\n', "\r\n"), Syntax::Yaml);
    let release = "\
// The file.
let base = { a: 1, b: [1, 2, { c: 3 }] }
release hello on deployment-istio blue-green {
  namespace: \"test\"   // where
  labels: { app: \"x\", tier: \"web\"
    more: \"y\" }, gateway: \"g\"
  // behind
} <
  // The first.
  stable 30 \"a:1\"
  next 70 \"b:2\" {
    ...base
    env: {
      A: \"1\",   // one
      // of it
      B: \"2\",
    }
    port: 80, replicas
  }
    when header a is \"b\"
>
";
    each_removal_keeps_the_rest(release, Syntax::Rel);
}
