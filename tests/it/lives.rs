//! Lives of releases: what each revision does to the cluster in which the ones before were applied.
//!
//! `tests/lives/NAME/` has revisions `1.rel`, `2.rel` and so on, and `expected.txt`: for each revision what is created, changed
//! and left behind, and who answers from the moment of applying until the new objects are ready. The first line of `1.rel` says
//! `// safe`, where no request may get to pods that are not ready or are being replaced, or `// unsafe`, where one must.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use relc_core::compile::Input;
use serde_json::Value as Json;

use crate::canon::canonical;
use crate::compiled::{Memory, compile, named, text};

/// Objects by `kind/name`.
type Objects = BTreeMap<String, Json>;

#[test]
fn revisions_do_what_is_expected() {
    let bless = std::env::var_os("RELC_BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lives");
    let mut lives: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    lives.sort();
    assert!(lives.len() >= 8, "{} lives", lives.len());
    let mut wrong = Vec::new();
    for life in lives {
        let revisions = revisions(&life);
        let (told, is_safe) = tell(&revisions);
        let name = life.display();
        let path = life.join("expected.txt");
        if bless {
            fs::write(&path, &told).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if expected != told {
            wrong.push(format!("{name}: {}", similar::TextDiff::from_lines(&expected, &told).unified_diff()));
        }
        let should_be_safe = match revisions[0].lines().next() {
            Some("// safe") => true,
            Some("// unsafe") => false,
            first => panic!("{name}: the first line is {first:?}"),
        };
        if is_safe != should_be_safe {
            wrong.push(format!("{name} is {}safe:\n{told}", if is_safe { "" } else { "not " }));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn revisions(life: &Path) -> Vec<String> {
    let paths = (1..).map(|number| life.join(format!("{number}.rel"))).take_while(|path| path.exists());
    paths.map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn objects(revision: &str) -> Objects {
    let compiled = compile(Input::Rel(text("life.rel", revision)), &named("shop", "default"), &Memory::default());
    assert!(!compiled.documents.is_empty(), "{revision}\n{}", compiled.brief().join("\n"));
    let Json::Object(all) = canonical(&compiled.yaml(), "default", 64).unwrap() else { panic!("no objects") };
    let named = |(_, object): (String, Json)| {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        (format!("{}/{}", text(&object["kind"]), text(&object["metadata"]["name"])), object)
    };
    all.into_iter().map(named).collect()
}

/// Returns the events of each revision, and whether pods that are ready answer all requests.
fn tell(revisions: &[String]) -> (String, bool) {
    let mut cluster = Objects::new();
    let (mut told, mut is_safe) = (String::new(), true);
    for (at, revision) in revisions.iter().enumerate() {
        let next = objects(revision);
        let _ = writeln!(told, "revision {}", at + 1);
        let lists: [(&str, Vec<&str>); 4] = [
            ("created", of(&next, |key, _| !cluster.contains_key(key))),
            ("changed", of(&next, |key, object| cluster.get(key).is_some_and(|old| old != object))),
            ("restarted", of(&next, |key, object| is_replaced(cluster.get(key), object))),
            ("left behind", of(&cluster, |key, _| !next.contains_key(key))),
        ];
        for (what, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            let _ = writeln!(told, "  {what}: {}", list.join(", "));
        }
        // The first revision has nobody to disappoint.
        if at > 0 {
            for (when, is_ready) in [("at once", false), ("when ready", true)] {
                let (answers, all_well) = answers(&cluster, &next, is_ready);
                let _ = writeln!(told, "  {when}: {answers}");
                is_safe &= all_well;
            }
        }
        cluster.extend(next);
    }
    (told, is_safe)
}

fn of(objects: &Objects, is_one: impl Fn(&str, &Json) -> bool) -> Vec<&str> {
    objects.iter().filter(|(key, object)| is_one(key, object)).map(|(key, _)| key.as_str()).collect()
}

/// Returns true if an object has other pods than before.
fn is_replaced(old: Option<&Json>, new: &Json) -> bool {
    old.is_some_and(|old| old["spec"]["template"] != new["spec"]["template"])
}

/// Returns the pods that answer requests that match nothing, and whether all of them can.
fn answers(cluster: &Objects, next: &Objects, everything_is_ready: bool) -> (String, bool) {
    let Some(routemap) = next.values().find(|object| object["data"]["strSpec"].is_object()) else {
        let routed = cluster.keys().any(|key| key.ends_with("-routemap"));
        return (if routed { "two controllers write the route".into() } else { "another controller".into() }, !routed);
    };
    let key = |resource: &Json| {
        let kind = match resource["gvrShort"].as_str().unwrap_or_default() {
            "svc" => "Service",
            "deploy" => "Deployment",
            "cm" => "ConfigMap",
            other => panic!("{other}"),
        };
        format!("{kind}/{}", resource["name"].as_str().unwrap_or_default())
    };
    let resources = |version: &Json| version["resources"].as_array().cloned().unwrap_or_default();
    let settled = |key: &String| cluster.contains_key(key) && !is_replaced(cluster.get(key), &next[key]);
    let versions = routemap["data"]["strSpec"]["versions"].as_array().cloned().unwrap_or_default();
    // A Deployment whose pods are replaced stays available meanwhile, by those that it had.
    let is_live = |key: &String| everything_is_ready || cluster.contains_key(key);
    let mask: String = versions
        .iter()
        .map(|version| if resources(version).iter().map(key).all(|key| is_live(&key)) { '1' } else { '0' })
        .collect();
    let unsettled: BTreeSet<String> = versions
        .iter()
        .flat_map(|version| resources(version).iter().map(key).collect::<Vec<_>>())
        .filter(|key| !everything_is_ready && !settled(key))
        .filter_map(|key| key.split_once('/').map(|(_, name)| name.to_owned()))
        .collect();
    let routes = routemap["data"]["strSpec"]["routes"].as_object().cloned().unwrap_or_default();
    let Some(route) = routes.values().next().map(|route| &route["whenReady"][&mask]) else {
        return ("no route".into(), true);
    };
    let shares = shares(route);
    let described = shares.iter().map(|(name, weight)| {
        let state = if unsettled.contains(name) { " (not ready)" } else { "" };
        format!("{name} {weight}{state}")
    });
    let all_well = shares.iter().all(|(name, weight)| *weight == 0 || !unsettled.contains(name));
    (described.collect::<Vec<_>>().join(", "), all_well)
}

/// The Services and weights of a route's last rule.
fn shares(route: &Json) -> Vec<(String, i64)> {
    let rule = |rules: &Json| rules.as_array().and_then(|rules| rules.last().cloned()).unwrap_or_default();
    let (rules, names) = (rule(&route["spec"]["http"]), rule(&route["spec"]["rules"]));
    let list = rules["route"].as_array().or_else(|| names["backendRefs"].as_array()).cloned().unwrap_or_default();
    let weight = |one: &Json| one["weight"].as_i64().unwrap_or(if list.len() == 1 { 100 } else { 0 });
    let name = |one: &Json| {
        let host = one["destination"]["host"].as_str().or_else(|| one["name"].as_str()).unwrap_or_default();
        host.split('.').next().unwrap_or_default().to_owned()
    };
    list.iter().map(|one| (name(one), weight(one))).collect()
}
