//! Each rule against the smallest object that breaks it and the nearest one that does not (`cases.yaml`).

use std::collections::BTreeSet;

use super::{Field, Users, kube};
use crate::helm_values;
use crate::value::{Entry, Object, Value};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, Span};

fn nowhere() -> Span {
    Span { file: FileId(0), start: 0, end: 0 }
}

fn read(text: &str) -> Value {
    let (value, diagnostics) = helm_values::read(FileId(0), text);
    assert!(!diagnostics.has_errors(), "{text}: {diagnostics:?}");
    value.expect("a value")
}

/// `base` with the entries of `over` in place of its own.
fn with(base: &Value, over: &Value) -> Value {
    let mut entries = base.as_object().expect("an object").entries.clone();
    for entry in &over.as_object().expect("an object").entries {
        entries.retain(|known| known.key != entry.key);
        entries.push(entry.clone());
    }
    Value::object(entries, nowhere())
}

fn under(key: &str, value: Value) -> Value {
    Value::object(vec![Entry::new(key, nowhere(), value)], nowhere())
}

/// An object that is right but for `part`, which stands where `within` says.
fn whole(within: &str, part: &Value) -> Value {
    let container = |part: &Value| {
        let base = read("{ name: a, image: a }");
        under("containers", Value::list(vec![with(&base, part)], nowhere()))
    };
    let pod = |part: &Value| {
        let volumes = "[{ name: data, emptyDir: {} }, { name: claim, persistentVolumeClaim: { claimName: a } }]";
        let base = with(&container(&read("{}")), &read(&format!("{{ volumes: {volumes} }}")));
        let labels = read("{ metadata: { labels: { app: a } } }");
        under("template", with(&labels, &under("spec", with(&base, part))))
    };
    let deployment =
        |part: &Value| with(&with(&pod(&read("{}")), &read("{ selector: { matchLabels: { app: a } } }")), part);
    let of = |header: &str, spec: Value| {
        with(&read(&format!("{{ {header}, metadata: {{ name: a }} }}")), &under("spec", spec))
    };
    let apps = "apiVersion: apps/v1, kind: Deployment";
    match within {
        "metadata" => with(&read("{ apiVersion: v1, kind: ConfigMap }"), &under("metadata", part.clone())),
        "configMap" => with(&read("{ apiVersion: v1, kind: ConfigMap }"), part),
        "container" => of(apps, deployment(&pod(&container(part)))),
        "pod" => of(apps, deployment(&pod(part))),
        "template" => {
            let template = with(pod(&read("{}")).get("template").expect("a template"), part);
            of(apps, deployment(&under("template", template)))
        }
        "deployment" => of(apps, deployment(part)),
        "statefulSet" => of("apiVersion: apps/v1, kind: StatefulSet", deployment(part)),
        "custom" => of("apiVersion: example.com/v1, kind: Example", deployment(part)),
        "service" => of("apiVersion: v1, kind: Service", with(&read("{ ports: [{ port: 80 }] }"), part)),
        "autoscaler" => of("apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler", part.clone()),
        "budget" => of("apiVersion: policy/v1, kind: PodDisruptionBudget", part.clone()),
        "ingress" => of("apiVersion: networking.k8s.io/v1, kind: Ingress", part.clone()),
        other => panic!("no object has a part `{other}`"),
    }
}

fn rules_against(object: &Value) -> BTreeSet<String> {
    let mut found = Diagnostics::default();
    let elsewhere = Span { file: FileId(1), ..nowhere() };
    kube::check(Field::root(object, nowhere(), Users { first: 0, tested: 0, name: elsewhere }), &mut found);
    found.iter().map(|finding| finding.code.name().to_owned()).collect()
}

fn text<'v>(object: &'v Object, key: &str) -> &'v str {
    object.get(key).and_then(Value::as_str).expect("a text")
}

#[test]
fn each_rule_flags_what_breaks_it_and_not_what_nearly_does() {
    let cases = read(include_str!("cases.yaml"));
    let mut spoken = BTreeSet::new();
    for case in cases.as_list().expect("a list") {
        let case = case.value.as_object().expect("a case");
        let (rule, within) = (text(case, "rule"), text(case, "in"));
        let bad = whole(within, case.get("bad").expect("what breaks it"));
        assert_eq!(rules_against(&bad), BTreeSet::from([rule.to_owned()]), "{bad:?}");
        let good = whole(within, case.get("good").expect("what does not"));
        assert_eq!(rules_against(&good), BTreeSet::new(), "{rule}: {good:?}");
        spoken.insert(rule.to_owned());
    }
    let all: BTreeSet<String> = kube::RULES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(spoken, all, "every rule has cases");
}
