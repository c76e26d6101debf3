//! Provenance: comments don't change the output, and every field has the right location.

use relc_core::codegen::{Format, Rendered, Stream, places};
use relc_core::value::Value;
use relc_syntax::source::{SourceFile, Sources};
use serde_json::Value as Json;

use crate::compiled::{Memory, compile};
use crate::conformance::cases;
use crate::place::Place;
use crate::yaml::{Reader, documents};

/// Returns the comment at the end of a line.
fn comment(line: &str) -> Option<&str> {
    line.rsplit_once(" # ").map(|(_, comment)| comment)
}

/// Removes the comments from `traced`; lines of block literals have none.
fn without_comments(plain: &str, traced: &str) -> String {
    let pairs = plain.lines().zip(traced.lines());
    pairs
        .map(|(plain, traced)| {
            if plain == traced { plain } else { traced.rsplit_once(" # ").unwrap().0 }.to_owned() + "\n"
        })
        .collect()
}

/// Checks the comments of any documents.
fn check_comments(name: &str, all: &[Value], sources: &Sources) {
    let (plain, traced) = (Stream::piece(Format::Yaml, all), Stream::traced(all, sources));
    assert_eq!(without_comments(&plain, &traced), plain, "{name}");
    for reader in [Reader::Go, Reader::Yaml11, Reader::Core12] {
        let read = documents(&traced, reader).unwrap_or_else(|error| panic!("{name}: {error}\n{traced}"));
        assert_eq!(read, documents(&plain, reader).unwrap(), "{name}");
    }
}

/// Checks the locations of any documents: each field has one, and it is in a file.
fn check_places(name: &str, all: &[Value], made: &[Rendered], sources: &Sources) {
    let told: Json = serde_json::from_str(&places("a", "b", all, made, sources)).unwrap();
    assert_eq!((&told["name"], &told["namespace"]), (&Json::from("a"), &Json::from("b")));
    let told = told["documents"].as_array().unwrap();
    assert_eq!(told.len(), all.len(), "{name}");
    for (value, told) in all.iter().zip(told) {
        let mut text = String::new();
        relc_core::codegen::json(value, &mut text);
        let document: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(told.get("kind"), Some(document.get("kind").unwrap_or(&Json::Null)), "{name}");
        let fields = told["fields"].as_array().unwrap();
        assert_eq!(fields.len(), values_in(&document), "{name}");
        for field in fields {
            let value = document.pointer(field["path"].as_str().unwrap());
            assert!(value.is_some(), "{name}: {field}");
            if let (Some(lines), Some(text)) = (field["lines"].as_array(), value.and_then(Json::as_str)) {
                check_lines(name, lines, text);
            }
            for place in [&field["field"], &field["origin"]] {
                let file =
                    (0..sources.len()).map(|at| sources.file(relc_syntax::source::FileId(u32::try_from(at).unwrap())));
                let file = file.into_iter().find(|file| file.name() == place["file"]).unwrap();
                let line = file.text().lines().nth(place["line"].as_u64().unwrap() as usize - 1).unwrap_or("");
                assert!(line.chars().count() + 1 >= place["column"].as_u64().unwrap() as usize, "{name}: {field}");
            }
        }
    }
}

/// Checks that each line of a rendered string has a location, except for template actions.
fn check_lines(name: &str, lines: &[Json], text: &str) {
    let told: Vec<u64> = lines.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    let own = (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with("{{-"));
    assert_eq!(told, own.map(|(at, _)| at).collect::<Vec<u64>>(), "{name}:\n{text}");
}

/// Returns the number of fields and elements.
fn values_in(json: &Json) -> usize {
    match json {
        Json::Object(map) => map.values().map(|value| 1 + values_in(value)).sum(),
        Json::Array(list) => list.iter().map(|value| 1 + values_in(value)).sum(),
        _ => 0,
    }
}

#[test]
fn every_case_means_the_same_with_comments_and_every_field_has_a_place() {
    let cases = cases();
    assert!(cases.len() > 100);
    for case in cases {
        let compiled = compile(case.input(&case.text), &case.options, &Memory::default());
        assert!(!compiled.documents.is_empty(), "{}", case.name());
        check_comments(&case.name(), &compiled.documents, &compiled.sources);
        check_places(&case.name(), &compiled.documents, &compiled.made, &compiled.sources);
    }
}

#[test]
fn every_form_of_yaml_has_room_for_a_comment() {
    let long = "k".repeat(200);
    let text = format!(
        "a/b~c: 1\nlists: [[1, [2, []]], {{}}, [{{ a: [] }}]]\n{long}: {{ {long}: [x] }}\n? \"a\\nb\"\n: null\nempty: ''\n\
         texts:\n- |\n  one\n  # two\n- |-\n  one\n  two\n- |+\n  one\n\n- \"a # b\"\n- '#'\n- \"tab\\tand \\r\\n\"\n- \"x \"\n"
    );
    let mut sources = Sources::default();
    // Any file name stays inside the comment.
    let file = sources.add(SourceFile::new("a: \"b\n- c\u{85}d\u{2028}.yaml", text.as_str()));
    let (value, found) = relc_core::helm_values::read(file, &text);
    assert!(found.is_empty(), "{found:?}");
    let all = [value.unwrap()];
    check_comments("forms", &all, &sources);
    check_places("forms", &all, &[], &sources);
    assert!(Stream::traced(&all, &sources).contains(" # a: \"b\u{fffd}- c\u{fffd}d\u{fffd}.yaml:1:1\n"));
}

const HELLO: &str = "release hello on knative-istio blue-green {\n  labels: { team: \"web\" }\n} <\n  30% \"nginx:1\" { port: 8080 }\n  \
                     70% { ksvcSpecification: { spec: { template: { spec: {\n    containers: [{ image: \"nginx:2\" }]\n  } } } } }\n>\n";

/// Returns the comment after each line that starts with `start`, without line numbers of the library, which change.
fn behind(yaml: &str, start: &str) -> Vec<String> {
    let lines = yaml.lines().filter(|line| line.trim_start_matches([' ', '-']).starts_with(start));
    let place = |place: &str| match place.split_once(".rel:") {
        Some((file, _)) if file.starts_with("<stdlib>") => file.to_owned(),
        _ => place.to_owned(),
    };
    lines.map(|line| comment(line).unwrap().split(" ← ").map(place).collect::<Vec<_>>().join(" ← ")).collect()
}

#[test]
fn a_field_is_of_the_environment_and_its_value_of_the_release() {
    let place = Place::new(&[("hello.rel", HELLO)]);
    let out = place.run(&["build", "hello.rel", "--trace"]);
    let yaml = out.good();
    let both = |release: &str| format!("<stdlib>/knative ← {release}");
    assert_eq!(behind(yaml, "image: "), [both("hello.rel:4:7"), "hello.rel:6:20".to_owned()]);
    assert_eq!(behind(yaml, "containerPort: "), [both("hello.rel:4:25")]);
    // A value that the user writes as a whole has the user's locations, from its key on.
    let own = ["<stdlib>/knative-istio ← hello.rel:5:36", "hello.rel:5:50"];
    assert_eq!(behind(yaml, "spec: ")[2..4], own);
    assert_eq!(behind(yaml, "team: ")[0], "hello.rel:2:13");
    // A number inside a string has its own location, like a string inside a string.
    assert_eq!(
        behind(yaml, "iter8.tools/weight: "),
        ["<stdlib>/iter8 ← hello.rel:4:3", "<stdlib>/iter8 ← hello.rel:5:3"]
    );
    assert_eq!(behind(yaml, "name: hello-routemap"), ["<stdlib>/iter8 ← hello.rel:1:9"]);
    assert_eq!(behind(yaml, "strSpec: "), ["<stdlib>/iter8"]);
    let plain = place.run(&["build", "hello.rel"]);
    assert_eq!(without_comments(plain.good(), yaml), plain.good());
}

#[test]
fn values_files_flags_and_environments_of_ones_own_have_places() {
    let environment = "import kube\n\n/// Notices.\nenvironment notice extends kube.application {\n  version {\n    headline text: string\n    \
                       emit kube.ConfigMap {\n      metadata: v.metadata\n      data: { text: v.text, by: \"us\" }\n    }\n  }\n  strategy none { }\n}\n";
    let values = "environment: notice\napplication:\n  metadata: { name: notes }\n  versions:\n  - text: hello\n";
    let place = Place::new(&[
        ("relc.toml", "environments = [\"envs/\"]\n"),
        ("envs/notice.rel", environment),
        ("values.yaml", values),
    ]);
    let out = place.run(&["build", "values.yaml", "--trace"]);
    let end = "data: # envs/notice.rel:9:7\n  text: hello # envs/notice.rel:9:15 ← values.yaml:5:11\n  by: us # envs/notice.rel:9:29\n";
    assert!(out.good().ends_with(end), "{}", out.out);
    let set = ["build", "values.yaml", "--trace", "--set", "application.versions[0].text=bye"];
    let out = place.run(&set);
    assert!(out.good().contains("  text: bye # envs/notice.rel:9:15 ← --set:1:30\n"), "{}", out.out);
}

/// A merged object, a spread entry, an interpolation and a function's result have the user's place, from which they are made.
#[test]
fn what_is_made_of_a_users_value_has_its_place() {
    let environment = "import kube\n\nenvironment notice extends kube.application {\n  version {\n    headline text: string\n    \
                       extra: Map<string>?\n    emit kube.ConfigMap {\n      metadata: v.metadata\n      data: merge({\n        \
                       low: lower(v.text)\n        said: \"it says {v.text}\"\n        ...v.extra\n      }, v.extra)\n    }\n  \
                       }\n  strategy none { }\n}\n";
    let values = "environment: notice\napplication:\n  metadata: { name: notes }\n  versions:\n  - text: Hello\n    \
                  extra: { more: x }\n";
    let place = Place::new(&[
        ("relc.toml", "environments = [\"envs/\"]\n"),
        ("envs/notice.rel", environment),
        ("values.yaml", values),
    ]);
    let out = place.run(&["build", "values.yaml", "--trace"]);
    let end = "data: # envs/notice.rel:9:7 ← values.yaml:6:12\n  low: hello # envs/notice.rel:10:9 ← values.yaml:5:11\n  \
               said: it says Hello # envs/notice.rel:11:9 ← values.yaml:5:11\n  more: x # values.yaml:6:14\n";
    assert!(out.good().ends_with(end), "{}", out.out);
}

#[test]
fn a_file_has_the_places_of_all_releases() {
    let place = Place::new(&[("hello.rel", HELLO), ("two.rel", "release two on deployment < \"nginx\" >\n")]);
    let plain = place.run(&["build", "hello.rel", "two.rel"]);
    let yaml = place.run(&["build", "hello.rel", "two.rel", "--trace=places.json"]);
    assert_eq!(yaml.good(), plain.good());
    // The file has the same permissions as others in the directory.
    let permissions = |name: &str| std::fs::metadata(place.path(name)).unwrap().permissions();
    assert_eq!(permissions("places.json"), permissions("two.rel"));
    let places = place.read("places.json");
    let json: Json = serde_json::from_str(&places).unwrap();
    assert_eq!(json["version"], 1);
    let names: Vec<&Json> = json["releases"].as_array().unwrap().iter().map(|release| &release["name"]).collect();
    assert_eq!(names, ["hello", "two"]);
    let first = &json["releases"][0]["documents"][0];
    let head = ["apiVersion", "kind", "name", "namespace"].map(|key| first[key].as_str().unwrap());
    assert_eq!(head, ["serving.knative.dev/v1", "Service", "hello-0", "default"]);
    let fields = first["fields"].as_array().unwrap();
    let image = fields.iter().find(|field| field["path"] == "/spec/template/spec/containers/0/image").unwrap();
    assert_eq!(image["field"]["file"], "<stdlib>/knative.rel");
    assert_eq!(image["origin"], serde_json::json!({ "file": "hello.rel", "line": 4, "column": 7 }));
    // A route is a string in a string; its lines have locations, too.
    let routemap = json["releases"][0]["documents"].as_array().unwrap().last().unwrap();
    let text = plain.out.split("  strSpec: |\n").nth(1).unwrap();
    let at = text.lines().position(|line| line.trim() == "weight: {{ index .Weights 1 }}").unwrap() + 1;
    let lines = routemap["fields"].as_array().unwrap().iter().find_map(|field| field["lines"].as_array()).unwrap();
    let line = lines.iter().find(|line| line["line"] == at).unwrap();
    assert_eq!(line["field"]["file"], "<stdlib>/istio.rel");
    assert_eq!(line["origin"], serde_json::json!({ "file": "hello.rel", "line": 5, "column": 3 }));
    // The format and destination of manifests don't matter.
    for more in [&["--format", "json"][..], &["-o", "out"]] {
        let run = place.run(&[&["build", "hello.rel", "two.rel", "--trace=other.json"], more].concat());
        run.good();
        assert_eq!(place.read("other.json"), places);
    }
    assert!(!place.read("out/default__two.yaml").contains(".rel:"));
    place.run(&["build", "two.rel", "-o", "traced", "--trace"]).good();
    assert!(place.read("traced/default__two.yaml").contains(" ← two.rel:1:29\n"));
}

#[test]
fn a_trace_that_cannot_be_is_refused() {
    let place = Place::new(&[("hello.rel", HELLO), ("bad.rel", "release a on deployment < \"nginx\" { prot: 1 } >\n")]);
    let json = place.run(&["build", "hello.rel", "--trace", "--format", "json"]);
    json.failed("JSON has no comments: write the places to a file, as in `--trace=places.json`");
    place.run(&["build", "hello.rel", "--trace=no/such/places.json"]).failed("cannot write `no/such/places.json`");
    place.run(&["build", "bad.rel", "--trace=places.json"]).refused(1, "`prot`");
    assert_eq!(place.names("."), ["bad.rel", "hello.rel"]);
}

#[test]
fn an_error_of_an_environment_names_the_release_too() {
    let environment = "import kube\n\nenvironment shop extends kube.application {\n  version {\n    headline image: string\n    \
                       emit kube.ConfigMap { metadata: v.metadata, data: { image: v.imag } }\n  }\n  strategy none { }\n}\n";
    let place = Place::new(&[
        ("relc.toml", "environments = [\"envs/\"]\n"),
        ("envs/shop.rel", environment),
        ("a.rel", "release one on shop < \"a\" >\nrelease two on shop < \"a\" >\n"),
    ]);
    for command in ["build", "check", "lint"] {
        let run = place.run(&[command, "a.rel"]);
        let said = run.out + &run.err;
        assert!(said.contains("[envs/shop.rel:6:66]") && said.contains("[a.rel:1:9]"), "{said}");
        assert_eq!(said.matches("found for this release").count(), 1, "{said}");
    }
    // A file that is checked by itself has no release.
    let run = place.run(&["env", "check", "envs"]);
    assert!(run.out.contains("[envs/shop.rel:6:66]") && !run.out.contains("release"), "{}", run.out);
}
