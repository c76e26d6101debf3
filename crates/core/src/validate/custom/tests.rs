//! The checks of schemas: each against the smallest object that breaks it and the nearest one that doesn't (`cases.yaml`), and which rules
//! of the embedded schemas cannot be evaluated.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Evaluation, check, evaluate};
use crate::helm_values;
use crate::validate::{Field, Users};
use crate::value::{Object, Value, ValueKind};
use relc_schema::reduce::{Metadata, Records, ReduceContext, reduce};
use relc_schema::{Header, Schema, SchemaRef, builtin, builtin_kinds};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, Span};

fn read(text: &str) -> Value {
    let (value, diagnostics) = helm_values::read(FileId(0), text);
    assert!(!diagnostics.has_errors(), "{text}: {diagnostics:?}");
    value.expect("a value")
}

/// A kind whose `spec` has the schema `spec`.
fn kind(spec: &Json) -> SchemaRef {
    let schema = serde_json::json!({"type": "object", "properties": {"spec": spec}});
    let header = Header::new("example.com/v1", "Example", "examples", "a test");
    let components = serde_json::Map::new();
    let (api_version, name) = builtin_kinds().find(|(version, _)| *version == "v1").expect("embedded");
    let meta = builtin(api_version, name).expect("embedded").field("metadata").expect("metadata").0;
    let context =
        ReduceContext { components: &components, metadata: Metadata::Reduced(meta), records: Records::Closed };
    SchemaRef::root(Schema::parse(reduce(&header, &schema, &context).expect("a schema")).expect("a schema"))
}

fn found(spec: &Value, kind: &SchemaRef) -> Vec<String> {
    let nowhere = Span { file: FileId(0), start: 0, end: 0 };
    let object = Value::object(vec![crate::value::Entry::new("spec", nowhere, spec.clone())], nowhere);
    let ValueKind::Object(object) = object.data else { panic!("an object") };
    let object = Object { entries: object.entries.clone(), kind: Some(kind.clone()) };
    let value = Value { data: ValueKind::Object(object.into()), span: nowhere };
    let mut out = Diagnostics::default();
    let elsewhere = Span { file: FileId(1), ..nowhere };
    check(Field::root(&value, nowhere, Users { first: 0, tested: 0, name: elsewhere }), &mut out);
    out.iter().map(|finding| finding.code.name().to_owned()).collect()
}

#[test]
fn each_check_flags_what_breaks_it_and_not_what_nearly_does() {
    let cases = super::values::plain(&read(include_str!("cases.yaml")));
    for case in cases.as_array().expect("a list") {
        let kind = kind(&case["spec"]);
        let rule = case["rule"].as_str().expect("a rule");
        let value = |key: &str| read(&case[key].to_string());
        assert_eq!(found(&value("bad"), &kind), [rule], "{case}");
        assert_eq!(found(&value("good"), &kind), [""; 0], "{case}");
    }
}

/// Functions that the rules of the embedded schemas call.
const CALLED: &[&str] =
    &["contains", "duration", "endsWith", "int", "isIP", "matches", "size", "split", "startsWith", "substring"];

/// Functions of an API server's own, which few rules call. Those rules are not evaluated.
const UNKNOWN: &[&str] = &["dns1123Label", "getScheme", "isURL", "url", "validate"];

/// Rules of the embedded schemas that are about changes, or that cannot be evaluated.
const NOT_EVALUATED: &[&str] = &["self == oldSelf"];

#[test]
fn every_rule_of_the_embedded_schemas_is_evaluated_or_listed() {
    let (mut unknown, mut called, mut count) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (api_version, name) in builtin_kinds() {
        for rule in &builtin(api_version, name).expect("embedded").schema().checks().rules {
            count += 1;
            match super::cel::compiled(&rule.rule) {
                Some(compiled) => {
                    let functions = compiled.functions().into_iter();
                    called.extend(functions.filter(|name| !name.contains(['_', '@', '!'])));
                }
                None => _ = unknown.insert(rule.rule.clone()),
            }
        }
    }
    assert!(count > 100);
    assert_eq!(called, CALLED.iter().chain(UNKNOWN).map(|name| (*name).to_owned()).collect());
    assert_eq!(unknown, NOT_EVALUATED.iter().map(|rule| (*rule).to_owned()).collect());
}

#[test]
fn a_rule_that_cannot_be_evaluated_breaks_nothing() {
    for rule in ["self == oldSelf", "url(self).getHost() == 'a'", "self.", "self + 1 == 2", "self"] {
        assert_eq!(evaluate([rule].into_iter(), "a".into()), [Evaluation::Unknown], "{rule}");
    }
}
