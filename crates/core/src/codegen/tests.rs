//! Round trips: output parses as what was intended, for random trees of hostile strings.

use std::sync::Arc;

use gotmpl::{Value as Go, tmap};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::{Format, RunText, Stream, evaluate, json, reader, template, weights, yaml};
use crate::value::{Condition, Element, Entry, Residual, TextPart, Value, ValueKind};
use relc_syntax::source::{FileId, Span};

const VERSIONS: usize = 3;

/// Fragments of strings that YAML parsers and html/template interpret.
const HOSTILE: &[&str] = &[
    "yes",
    "On",
    "n",
    "null",
    "~",
    "<<",
    "=",
    "1_000",
    "0x1F",
    "012",
    "08",
    "0o14",
    "0b11",
    "1:30",
    "2001-12-14",
    "1e3",
    ".inf",
    "-.INF",
    ".nan",
    "+1",
    "-0",
    "1.",
    "- ",
    "-",
    "--",
    "---",
    "...",
    ": ",
    ":",
    " #",
    "#",
    "?",
    "? ",
    "!",
    "!!str",
    "&a",
    "*a",
    "%",
    "@",
    "`",
    "|",
    "|-",
    ">",
    "'",
    "\"",
    "\\",
    "{",
    "{{",
    "}}",
    "{}",
    "[",
    "]",
    ",",
    "{{ .Weights }}",
    "{{- end }}",
    "{{/*",
    "*/}}",
    "<",
    "</",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<!DOCTYPE",
    "<a href='",
    "&lt;",
    "&",
    "&#34;",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\u{0}",
    "\u{7}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1ffff}",
    "\u{fffd}",
    "é",
    "漢",
    "😀",
    "\u{301}",
    "a",
    "hello",
    "x: y",
    "key",
    "true",
    "word word",
    "/",
    ".",
    "0",
    "_",
    "$x",
    "line\n",
    "  indented\n",
    "\tx\n",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(HOSTILE), 0..6).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
        1 => "[ -~\n\t]{0,40}",
        1 => "([a-z:#-]{0,3}[ \n\t]{0,2}){0,8}",
    ]
}

fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

fn plain(data: ValueKind) -> Value {
    Value::new(data, span())
}

fn condition() -> BoxedStrategy<Condition> {
    (0..VERSIONS)
        .prop_map(Condition::LiveFields)
        .prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|c| Condition::Not(Box::new(c))),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| Condition::All(parts.into())),
                prop::collection::vec(inner, 2..4).prop_map(|parts| Condition::Any(parts.into())),
            ]
        })
        .boxed()
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => text().prop_map(|text| Value::string(text, span())),
        1 => any::<bool>().prop_map(|b| plain(ValueKind::Bool(b))),
        1 => any::<i64>().prop_map(|n| plain(ValueKind::Int(n))),
        // Short ones: serde_json rounds the last digit of others.
        1 => (any::<i16>(), -20i32..20).prop_map(|(n, e)| plain(ValueKind::Float(format!("{n}.5e{e}").parse().expect("a number")))),
        1 => Just(plain(ValueKind::Null)),
    ]
}

fn run() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..VERSIONS).prop_map(Residual::Weight).boxed(),
        condition().prop_map(Residual::Tristate).boxed(),
        prop::collection::vec(text_part(), 1..5).prop_map(Residual::Text).boxed(),
    ]
    .prop_map(|run| plain(ValueKind::Residual(Arc::new(run))))
}

/// Generates parts of strings that only the controller knows.
fn text_part() -> impl Strategy<Value = TextPart> {
    let known = text().prop_map(|text| TextPart::Known(text.into()));
    prop_oneof![2 => known, 1 => (0..VERSIONS).prop_map(TextPart::Weight)].prop_recursive(2, 6, 3, |inner| {
        (condition(), prop::collection::vec(inner, 1..3)).prop_map(|(condition, parts)| TextPart::If(condition, parts))
    })
}

/// Creates an object of entries with distinct keys.
fn object(entries: Vec<(String, Option<Condition>, Value)>) -> Value {
    let mut unique: Vec<Entry> = Vec::new();
    for (key, guard, value) in entries {
        if !unique.iter().any(|entry| *entry.key == *key) {
            unique.push(Entry { guard: guard.map(Arc::new), ..Entry::new(key, span(), value) });
        }
    }
    Value::object(unique, span())
}

fn list(elements: Vec<(Option<Condition>, Value)>) -> Value {
    let element = |(guard, value): (Option<Condition>, Value)| Element { guard: guard.map(Arc::new), value };
    plain(ValueKind::List(Arc::new(elements.into_iter().map(element).collect())))
}

/// Generates trees of `leaf`s whose items are guarded by `guard`.
fn tree(
    leaf: impl Strategy<Value = Value> + 'static,
    guard: BoxedStrategy<Option<Condition>>,
) -> impl Strategy<Value = Value> {
    leaf.prop_recursive(5, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec((text(), guard.clone(), inner.clone()), 0..5).prop_map(object),
            prop::collection::vec((guard.clone(), inner.clone()), 0..5).prop_map(list),
            (condition(), inner.clone()).prop_map(|pair| plain(ValueKind::Guarded(Arc::new(pair)))),
        ]
    })
}

fn finished() -> impl Strategy<Value = Value> {
    tree(scalar(), Just(None).boxed()).prop_map(|tree| evaluate(&tree, &[1; VERSIONS]))
}

fn residual() -> impl Strategy<Value = Value> {
    let guard = prop::option::weighted(0.6, condition()).boxed();
    let leaf = prop_oneof![3 => scalar(), 1 => run()];
    prop::collection::vec((text(), Just(None::<Condition>), tree(leaf, guard)), 1..4).prop_map(object)
}

/// Converts a value to JSON, comparing numbers by value, as `1.0` and `1` are equal to Kubernetes.
fn meaning(value: &Value) -> Json {
    let mut out = String::new();
    json(value, &mut out);
    numbers(serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}\n{out}")))
}

/// Converts integral floats to integers.
fn numbers(json: Json) -> Json {
    match json {
        Json::Number(n) => match n.as_f64() {
            Some(float) if n.as_i64().is_none() => Json::String(format!("float {float:?}")),
            _ => Json::Number(n),
        },
        Json::Array(list) => list.into_iter().map(numbers).collect(),
        Json::Object(map) => map.into_iter().map(|(key, value)| (key, numbers(value))).collect(),
        other => other,
    }
}

fn read(text: &str) -> Json {
    let mut documents = reader::documents(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(documents.len(), 1, "{text}");
    numbers(documents.remove(0))
}

fn no_trailing_spaces(text: &str) {
    assert!(text.ends_with('\n'), "{text:?}");
    assert!(!text.lines().any(|line| line.ends_with([' ', '\t'])), "{text:?}");
}

/// Executes a template as the controller does.
fn execute(text: &str, weights: &[u64]) -> String {
    let weights: Vec<Go> = weights.iter().map(|w| Go::Int(i64::try_from(*w).unwrap_or(i64::MAX))).collect();
    let data = tmap! { "Weights" => Go::List(weights.into()) };
    gotmpl::html::Template::new("route")
        .parse(text)
        .and_then(|template| template.execute_to_string(&data))
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn manifests_read_back(value in finished()) {
        let mut out = String::new();
        yaml(&value, &mut out);
        no_trailing_spaces(&out);
        prop_assert_eq!(read(&out), meaning(&value), "{}", out);
    }

    #[test]
    fn texts_read_back_wherever_they_stand(text in text()) {
        let leaf = || Value::string(&*text, span());
        let deep = object(vec![(text.clone(), None, Value::list(vec![leaf(), Value::list(vec![leaf()], span()), leaf()], span())),
            ("last".into(), None, leaf())]);
        for value in [leaf(), deep] {
            let mut out = String::new();
            yaml(&value, &mut out);
            prop_assert_eq!(read(&out), meaning(&value), "{}", out);
        }
    }

    #[test]
    fn templates_yield_what_evaluation_yields(tree in residual(), given in prop::collection::vec(prop::option::of(0u64..101), VERSIONS)) {
        let mut text = String::new();
        template(&tree, &mut text);
        no_trailing_spaces(&text);
        for mask in 0u8..1 << VERSIONS {
            let ready: Vec<bool> = (0..VERSIONS).map(|v| mask & 1 << v != 0).collect();
            let weights = weights(&given, &ready);
            let output = execute(&text, &weights);
            prop_assert_eq!(read(&output), meaning(&evaluate(&tree, &weights)), "{}\n{}", text, output);
        }
    }

    #[test]
    fn templates_survive_inside_a_routemap(tree in residual()) {
        let mut inner = String::new();
        template(&tree, &mut inner);
        let mut spec = String::new();
        yaml(&object(vec![("template".into(), None, Value::string(&*inner, span()))]), &mut spec);
        let mut outer = String::new();
        yaml(&object(vec![("strSpec".into(), None, Value::string(&*spec, span()))]), &mut outer);
        let read_spec = read(&outer)["strSpec"].as_str().map(String::from);
        prop_assert_eq!(read_spec.as_deref(), Some(&*spec));
        let read_inner = read(&spec)["template"].as_str().map(String::from);
        prop_assert_eq!(read_inner.as_deref(), Some(&*inner));
    }

    #[test]
    fn streams_read_back(documents in prop::collection::vec(prop::collection::vec(finished(), 1..4), 0..4)) {
        let meant: Vec<Json> = documents.iter().flatten().map(meaning).collect();
        let write = |format| {
            let mut stream = Stream::new(format);
            let mut out = String::new();
            for piece in &documents {
                out.push_str(stream.join());
                out.push_str(&Stream::piece(format, piece));
            }
            out.push_str(stream.end());
            out
        };
        let read: Vec<Json> = reader::documents(&write(Format::Yaml)).unwrap_or_else(|e| panic!("{e}"))
            .into_iter().map(numbers).collect();
        prop_assert_eq!(&read, &meant);
        let list: Json = serde_json::from_str(&write(Format::Json)).unwrap_or_else(|e| panic!("{e}"));
        prop_assert_eq!(numbers(list["items"].clone()), Json::Array(meant));
    }
}

#[test]
fn a_manifest_reads_like_one_written_by_hand() {
    let word = |text: &str| Value::string(text, span());
    let container =
        object(vec![("name".into(), None, word("web")), ("command".into(), None, Value::list(vec![], span()))]);
    let tree = object(vec![
        ("apiVersion".into(), None, word("v1")),
        ("yes".into(), None, word("yes")),
        ("script".into(), None, word("a: 1\n\nb\n")),
        ("containers".into(), None, Value::list(vec![container], span())),
        ("lists".into(), None, Value::list(vec![Value::list(vec![word("x")], span())], span())),
    ]);
    let mut out = String::new();
    yaml(&tree, &mut out);
    let expected = "apiVersion: v1\n\"yes\": \"yes\"\nscript: |\n  a: 1\n\n  b\ncontainers:\n- name: web\n  command: []\n\
                    lists:\n- - x\n";
    assert_eq!(out, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// JSON in a string is the JSON of what the controller decides, for any of its decisions.
    #[test]
    fn json_in_a_string_is_that_of_the_evaluated_tree(tree in residual(), given in prop::array::uniform3(0u64..3)) {
        let mut made = RunText::default();
        made.json(&tree);
        let text = evaluate(&made.finish(span()), &given);
        let text = text.as_str().unwrap_or_else(|| panic!("{text:?} is no string"));
        let parsed: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(numbers(parsed), meaning(&evaluate(&tree, &given)), "{}", text);
    }
}

#[test]
fn a_template_has_its_actions_on_lines_of_their_own() {
    let word = |text: &str| Value::string(text, span());
    let weight = |v| plain(ValueKind::Residual(Arc::new(Residual::Weight(v))));
    let element = |v| {
        let entries = vec![("host".into(), None, word("{{h}}<")), ("weight".into(), None, weight(v))];
        (Some(Condition::LiveFields(v)), object(entries))
    };
    let tree =
        object(vec![("kind".into(), None, word("X")), ("route".into(), None, list(vec![element(0), element(1)]))]);
    let mut out = String::new();
    template(&tree, &mut out);
    let expected = r#"kind: "X"
{{- if or (gt (index .Weights 0) 0) (gt (index .Weights 1) 0) }}
route:
{{- if gt (index .Weights 0) 0 }}
- host: "\u007b\u007bh}}\u003c"
  weight: {{ index .Weights 0 }}
{{- end }}
{{- if gt (index .Weights 1) 0 }}
- host: "\u007b\u007bh}}\u003c"
  weight: {{ index .Weights 1 }}
{{- end }}
{{- else }}
route: []
{{- end }}
"#;
    assert_eq!(out, expected);
}
