//! What authors of environments met (mistakes that passed silently, and what couldn't be written), one test for each.
//!
//! | finding | test |
//! |---|---|
//! | 1, two fixes of one lint | `fixes_of_a_lint_are_made_in_sequence` |
//! | 2, a `when` that nothing reads | `a_when_without_effect_is_reported` |
//! | 3, a replacement that loses labels | `a_replacement_that_loses_fields_is_reported` |
//! | 4, what nothing uses, a strategy that doesn't exist, a missing namespace, a let for an abstract field | `what_has_no_effect_is_reported` |
//! | 5, `file()` in an environment | `environments::files_are_not_read_by_environments` |
//! | 6, a watched kind without a plural | `a_watched_kind_needs_its_plural` |
//! | 7, a `Manifest` of a known kind | `manifests_of_known_kinds_conform` |
//! | 8, a container without an image | `a_container_without_an_image_is_an_error` |
//! | 9, an environment under its own name | `an_environment_extends_the_one_that_it_replaces` |
//! | 10, 11, `super` and defaults of inherited fields | `inherited_declarations_are_changed` |
//! | 12, a policy over all objects | `a_policy_reads_and_changes_the_fields_of_objects` |
//! | 13, kinds by name and from OpenAPI documents | `kinds_are_known_by_name`, `added_schemas_are_known_by_name`, `environments::kinds_of_openapi_documents_are_found` |
//! | 14, JSON Schemas are closed | `environments::records_of_a_json_schema_are_closed_unless_it_opens_them` |
//! | 15, keys of list maps | `environments::keys_of_list_maps_with_a_default_are_not_required` |
//! | 16, weights in strings | `a_weight_is_a_part_of_a_string` |
//! | 17, fields that moved, and a fix that adds a setting | `a_moved_field_carries_its_value_over`, `a_fix_adds_a_setting` |
//! | 18, strings, numbers, several routes, optional indexing | `strings_and_numbers_are_computed`, `a_routemap_has_several_routes` |
//! | 19, the library's reference | `environments::libraries_are_shown`, `book::library` |
//! | 20, statements that work | `undocumented_forms_work` |
//! | 21, explanations of error codes by name | `codes_are_explained_by_their_names` |
//! | 22, messages | `messages_name_what_is_meant` |
//! | 23, `positional-name` of objects that aren't named by version | `a_name_that_lasts_is_no_positional_name` |

use crate::environments::Project;

const ROOT: (&str, &str) = ("relc.toml", "environments = [\"envs/\"]\n");

/// A project with one file of environments.
fn project(environments: &str) -> Project {
    Project::new(&[ROOT, ("envs/own.rel", environments)])
}

/// An environment `own` of ConfigMaps, with statements in its settings, version and body.
fn notes(settings: &str, version: &str, body: &str) -> String {
    format!(
        "import kube, iter8\n\nenvironment own extends kube.application {{\n  settings {{\n{settings}\n  }}\n  version {{\n    \
         headline text: string\n{version}\n  }}\n{body}\n  strategy none {{}}\n}}\n"
    )
}

/// The findings of `relc env check`, one on each line.
fn checked(environments: &str) -> String {
    let (out, _, _) = project(environments).run(&["env", "check", "envs", "--format", "short"]);
    out
}

/// The output of `relc build` for a release.
fn built(environments: &str, release: &str) -> String {
    let project = project(environments);
    project.write("a.rel", release);
    let (out, said, code) = project.run(&["build", "a.rel"]);
    assert_eq!(code, 0, "{said}");
    out
}

/// The text of a file after `relc lint --fix`, which must build the same as before.
fn fixed(environments: &str, name: &str, text: &str) -> String {
    let project = project(environments);
    project.write(name, text);
    let (before, said, code) = project.run(&["build", name]);
    assert_eq!(code, 0, "{said}");
    project.run(&["lint", "--fix", name]);
    let (after, said, code) = project.run(&["build", name]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(before, after, "{}", project.read(name));
    project.read(name)
}

const EMITTED: &str = "    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text } }";

#[test]
fn fixes_of_a_lint_are_made_in_sequence() {
    let version = "    port: int?\n    let listens = v.port ?? v.targetPort ?? 0\n    targetPort: int?\n    zone: string?\n    size: int = 1
    emit kube.ConfigMap { metadata: v.metadata, data: { port: \"{v.listens}\", zone: v.zone ?? \"a\", text: v.text, size: \"{v.size}\" } }
    lint moved warn at v.targetPort {\n      when v.targetPort\n      \"m\"\n      fix set v.port = v.targetPort\n      fix remove v.targetPort\n    }
    lint two warn at v {\n      when not v.zone\n      \"m\"\n      fix set v.zone = \"a\"\n      fix set v.size = 1\n    }";
    let environments = notes("", version, "");
    let rel = "release a on own { names: labels } <\n  x \"t\" { targetPort: 80 } // kept\n  y \"u\"\n>\n";
    let expected = "release a on own { names: labels } <\n  x \"t\" { port: 80, zone: \"a\", size: 1 } // kept\n  y \"u\" { zone: \"a\", size: 1 }\n>\n";
    assert_eq!(fixed(&environments, "a.rel", rel), expected);
    let values = "environment: own\napplication:\n  metadata: { name: a }\n  versions:\n  - text: t\n    targetPort: 80 # kept\n  - text: u\n";
    let expected = "environment: own\napplication:\n  metadata: { name: a }\n  versions:\n  - text: t\n    port: 80 # kept\n    zone: a\n    size: 1\n  - text: u\n    zone: a\n    size: 1\n";
    assert_eq!(fixed(&environments, "v.yaml", values), expected);
}

#[test]
fn a_when_without_effect_is_reported() {
    let project = Project::new(&[(
        "a.rel",
        "release a on deployment { names: labels } <\n  x \"a:1\"\n  y \"a:2\" when path prefix \"/x\"\n>\n",
    )]);
    let (out, _, _) = project.run(&["lint", "a.rel", "--format", "short"]);
    assert!(out.contains("a.rel:3:11: warning[when-without-effect]"), "{out}");
}

#[test]
fn a_replacement_that_loses_fields_is_reported() {
    let lost = "environment lost extends deployment-istio {\n  version { replace let metadata = { name: v.name, namespace: v.namespace } }\n}\n";
    let out = checked(lost);
    assert!(
        out.contains("envs/own.rel:2:25: error[lossy-replacement]: this `metadata` lacks `labels`, `annotations`"),
        "{out}"
    );
    let rel = "release a on lost { names: labels } < x \"a:1\" >\n";
    let allowed = lost.replace("  version", "  // relc: allow(lossy-replacement) because a test needs it\n  version");
    assert_eq!(checked(&allowed), "");
    // What was lost this way, or another, is missed by the controller.
    let renamed = lost.replace("v.namespace }", "v.namespace, labels: { app: v.name }, annotations: {} }");
    for environment in [&allowed, &renamed] {
        let project = project(environment);
        project.write("a.rel", rel);
        let (out, said, code) = project.run(&["build", "a.rel", "--message-format", "short"]);
        assert_eq!((out.as_str(), code), ("", 1), "{said}");
        assert!(said.contains("error[unwatched-object]: the controller doesn't watch this object of `a-x`"), "{said}");
    }
    let both = allowed.replace("lossy-replacement", "lossy-replacement, unwatched-object");
    let project = project(&both);
    project.write("a.rel", &format!("// relc: allow(unwatched-object) because a test needs it\n{rel}"));
    let (out, said, code) = project.run(&["build", "a.rel"]);
    assert!(code == 0 && out.contains("kind: Deployment"), "{said}");
    let kept = "environment kept extends deployment-istio {\n  version { replace let metadata = merge(super, { annotations: { a: \"b\" } }) }\n}\n";
    assert_eq!(checked(kept), "");
}

#[test]
fn what_has_no_effect_is_reported() {
    let out = checked(&notes("    unused: string?", &format!("    let adress = v.text\n{EMITTED}"), ""));
    assert!(
        out.contains("the field `unused` is never used") && out.contains("the let `adress` is never used"),
        "{out}"
    );
    let compared = "    emit kube.ConfigMap { metadata: v.metadata, data: { text: if release.strategy == \"nome\" then v.text else \"\" } }";
    let out = checked(&notes("", compared, ""));
    assert!(out.contains("error[E0302]: no strategy named `nome`"), "{out}");
    let loose = "  emit kube.ConfigMap { metadata: { name: \"{release.name}-all\" } }";
    let out = checked(&notes("", EMITTED, loose));
    assert!(
        out.contains("warning[E0402]: this object has no namespace, and others of the environment have one"),
        "{out}"
    );
    let role = "  emit Role { metadata: { name: release.name } }";
    let out =
        checked(&(notes("", EMITTED, role) + "\ntype Role = kind \"rbac.authorization.k8s.io/v1\" \"ClusterRole\"\n"));
    assert_eq!(out, "", "objects of this kind have no namespace");
    let part = "part located extends kube.application {\n  version { open let address: string = \"x\", emit kube.ConfigMap { metadata: v.metadata, data: { a: v.address } } }\n}\n";
    let filled = "import kube\n\nenvironment own extends located {\n  version { headline text: string, let adress = v.text }\n  strategy none {}\n}\n\n";
    let out = checked(&format!("{filled}{part}"));
    assert!(out.contains("`adress` is never used, and it doesn't define the abstract field `address`"), "{out}");
}

#[test]
fn a_watched_kind_needs_its_plural() {
    let schema = r#"{"type": "object", "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}}"#;
    let environment = "import kube, iter8\n\ntype Sts = kind \"example.com/v1\" \"Sts\" from \"sts.json\"\n\nenvironment own extends iter8.tracked {\n  \
                       watch sts Sts\n  version { track Sts { metadata: v.metadata } }\n  strategy none { emit routemap(weighted: false) }\n}\n";
    let project = Project::new(&[ROOT, ("envs/own.rel", environment), ("envs/sts.json", schema)]);
    let (out, _, code) = project.run(&["env", "check", "envs", "--format", "short"]);
    assert!(code == 1 && out.contains("envs/own.rel:6:3: error[E0303]: the plural of Sts is not known"), "{out}");
}

#[test]
fn manifests_of_known_kinds_conform() {
    let untyped = "    let made: Manifest = { apiVersion: \"v1\", kind: \"ConfigMap\", metadata: v.metadata, data: { a: 1 } }\n    emit v.made, kube.ConfigMap { metadata: { name: v.text, namespace: v.namespace } }";
    let out = checked(&notes("", untyped, ""));
    assert!(out.contains("write its type before the braces: `kube.ConfigMap { … }`"), "{out}");
    let typed = "    let made: Manifest = kube.ConfigMap { metadata: v.metadata, data: { a: 1 } }\n    emit v.made, kube.ConfigMap { metadata: { name: v.text, namespace: v.namespace } }";
    let out = checked(&notes("", typed, ""));
    assert!(out.contains("`1` is not a valid value for `data.a`"), "{out}");
    let mutated = "    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text } }";
    let out = checked(&notes("", mutated, "  mutate o: Manifest = merge(o, { metadata: { labels: { a: 1 } } })"));
    assert!(out.contains("error[E03"), "{out}");
}

#[test]
fn a_container_without_an_image_is_an_error() {
    let environment = "import kube\n\nenvironment own extends kube.container, kube.application {\n  version {\n    emit kube.Deployment {\n      metadata: v.metadata\n      spec: {\n        selector: { matchLabels: { app: v.name } }\n        template: { metadata: { labels: { app: v.name } }, spec: { containers: [container(v, v.name, v.port)] } }\n      }\n    }\n  }\n  strategy none {}\n}\n";
    let out = checked(environment);
    assert!(out.contains("envs/own.rel:9:68: warning[E0304]: the image of this container can be absent"), "{out}");
    let required = environment.replace("    emit", "    require v.image \"set `image`\"\n    emit");
    assert_eq!(checked(&required), "");
    let literal = environment.replace("container(v, v.name, v.port)", "{ name: v.name }");
    assert!(checked(&literal).contains("warning[E0304]: this container has no image"), "{}", checked(&literal));
    let project = project(environment);
    project.write("a.rel", "release a on own { names: labels } < x { port: 80 } >\n");
    let (out, said, code) = project.run(&["build", "a.rel", "--message-format", "short"]);
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(said.contains("error[invalid-container]: the container \"a-x\" has no `image`"), "{said}");
}

#[test]
fn an_environment_extends_the_one_that_it_replaces() {
    let project = Project::new(&[
        ("relc.toml", "environments = [\"envs/\"]\nreplaces = [\"deployment-istio\"]\n"),
        (
            "envs/own.rel",
            "environment deployment-istio extends deployment-istio {\n  settings { replace gateway: string = \"infra/main\" }\n}\n",
        ),
        ("a.rel", "release a on deployment-istio canary { names: labels } < x \"a:1\" >\n"),
    ]);
    let (out, said, code) = project.run(&["build", "a.rel"]);
    assert!(code == 0 && out.contains("- \"infra/main\""), "{said}");
}

#[test]
fn inherited_declarations_are_changed() {
    let environment = "environment own extends deployment {\n  version {\n    replace shared replicas: int 2.. = 3\n    replace let deployment = merge(super, { metadata: { annotations: { team: \"web\" } } })\n  }\n}\n";
    let out = built(environment, "release a on own { names: labels } < x \"a:1\" >\n");
    assert!(out.contains("  replicas: 3\n") && out.contains("    team: web\n"), "{out}");
    let project = project(environment);
    project.write("a.rel", "release a on own { names: labels } < x \"a:1\" { replicas: 1 } >\n");
    assert_eq!(project.run(&["build", "a.rel"]).2, 1, "the bound is narrower");
}

#[test]
fn a_policy_reads_and_changes_the_fields_of_objects() {
    let policy = "import kube\n\napply rules to \"*\"\n\npart rules extends kube.application {\n  mutate d: kube.Deployment = merge(d, { spec: { template: { spec: { securityContext: { runAsNonRoot: true } } } } })\n  lint no-limits require {\n    for d: kube.Deployment | kube.StatefulSet in release.objects\n    for c in d.spec?.template.spec?.containers\n    when not c.resources?.limits\n    \"a container of `{d.metadata.name}` has no limits\"\n  }\n}\n";
    let out = built(
        policy,
        "release a on deployment { names: labels, resources: { limits: { memory: \"1Gi\" } } } < x \"a:1\" >\n",
    );
    assert!(out.contains("runAsNonRoot: true"), "{out}");
    for environment in ["deployment", "statefulset-istio"] {
        let project = project(policy);
        project.write("a.rel", &format!("release a on {environment} {{ names: labels }} < x \"a:1\" >\n"));
        let (_, said, code) = project.run(&["build", "a.rel", "--message-format", "short"]);
        assert!(code == 1 && said.contains("error[no-limits]: a container of `a-x` has no limits"), "{said}");
    }
}

/// The text of the block of a page that is the file `name`.
fn documented(page: &str, name: &str) -> String {
    let (_, block) = page.split_once(&format!("file={name}\n")).expect("the page has the file");
    block.split_once("\n```").expect("the block ends").0.to_owned()
}

#[test]
fn the_documented_policy_covers_every_workload() {
    let page = include_str!("../../docs/how-to/add-a-policy.md");
    let policy = documented(page, "envs/policy.rel");
    let (_, statements) = policy.split_once("metadata: { labels: { team: settings.team } } })\n").expect("a mutation");
    let (statements, _) = statements.split_once("\n\n").expect("they end");
    let (head, _) = policy.split_once("///").expect("a comment");
    let project = project(&format!("{head}part workloads extends kube.application {{\n{statements}\n}}\n"));
    let mut pods = 0;
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/playground/examples");
    let mut files: Vec<_> =
        std::fs::read_dir(examples).expect("examples").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|known| known == "rel")) {
        project.write("a.rel", &std::fs::read_to_string(path).expect("an example"));
        let (out, said, code) = project.run(&["build", "a.rel"]);
        assert_eq!(code, 0, "{}: {said}", path.display());
        for object in out
            .split("\n---\n")
            .filter(|object| object.contains("\n      containers:\n") || object.contains("\n    model:\n"))
        {
            assert!(object.contains("runAsNonRoot: true"), "{}:\n{object}", path.display());
            pods += 1;
        }
    }
    assert!(pods > 20, "{pods}");
}

#[test]
fn a_mistake_of_a_policy_is_reported_once_with_its_environments() {
    let policy = "import kube\n\napply rules to \"*\"\n\npart rules extends kube.container {\n  settings { pathPrefix: string? }\n  fragment container(v: Version) = { name: \"x\" }\n  version { let all = [settings.pathPrefix, v.replicas] }\n}\n";
    let out = checked(policy);
    let lines: Vec<&str> = out.lines().filter(|line| line.contains("error")).collect();
    let [clash, field, fragment] = lines[..] else { panic!("{out}") };
    assert!(
        clash
            .starts_with("envs/own.rel:3:7: error[E0206]: `rules` can't be applied to `inference-gateway`, `knative`,"),
        "{clash}"
    );
    assert!(clash.contains("it extends `kube.container`, and both declare `container`, `env`, `image`"), "{clash}");
    assert!(
        field.starts_with("envs/own.rel:6:14: error[E0206]") && field.contains(", in `argo-rollouts`, "),
        "{field}"
    );
    assert!(fragment.starts_with("envs/own.rel:7:12: error[E0206]"), "{fragment}");
    let project = project(policy);
    project.write("a.rel", "release a on knative { names: labels } < x \"a:1\" >\n");
    let (_, said, _) = project.run(&["build", "a.rel", "--message-format", "short"]);
    assert_eq!(said.matches("can't be applied to `knative`: it extends `kube.container`").count(), 1, "{said}");
    assert!(!said.contains("<stdlib>"), "{said}");
}

#[test]
fn kinds_are_known_by_name() {
    for (version, kind) in [
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("monitoring.coreos.com/v1", "ServiceMonitor"),
        ("networking.istio.io/v1", "VirtualService"),
    ] {
        let text = format!(
            "{}\ntype Known = kind \"{version}\" \"{kind}\"\n",
            notes("", EMITTED, "  let known: Known? = null\n  emit known")
        );
        assert_eq!(checked(&text), "");
    }
    let out = checked(
        &notes("", EMITTED, "  let x: Near? = null\n  emit x")
            .replace("environment", "type Near = kind \"autoscaling/v2\" \"HorizontalPodAutoscalr\"\n\nenvironment"),
    );
    assert!(out.contains("HorizontalPodAutoscaler") && out.contains("from"), "{out}");
}

/// A CustomResourceDefinition with one field in the specification.
fn definition(group: &str, kind: &str, field: &str) -> String {
    let plural = format!("{}s", kind.to_lowercase());
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{ name: {plural}.{group} }}\nspec:\n  group: {group}\n  names: {{ kind: {kind}, plural: {plural} }}\n  versions:\n  - name: v1\n    served: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        description: a kind\n        properties:\n          apiVersion: {{ type: string }}\n          kind: {{ type: string }}\n          metadata: {{ type: object }}\n          spec: {{ type: object, properties: {{ {field}: {{ type: string, description: a field }} }} }}\n"
    )
}

#[test]
fn added_schemas_are_known_by_name() {
    let environment = notes("", "    emit Gate { metadata: v.metadata, spec: { text: v.text } }", "")
        + "\ntype Gate = kind \"gates.example/v1\" \"Gate\"\n";
    let project = project(&environment);
    let checked = |project: &Project| project.run(&["env", "check", "envs", "--format", "short"]).0;
    assert!(checked(&project).contains("add its schema with `relc schema add`"));
    project.write("crds/gate.yaml", &definition("gates.example", "Gate", "text"));
    project.write("crds/door.yaml", &definition("gates.example", "Door", "text"));
    let (out, said, code) = project.run(&["schema", "add", "crds", "--kind", "Gate"]);
    assert_eq!((out.as_str(), code), ("added      kind \"gates.example/v1\" \"Gate\"\n", 0), "{said}");
    assert!(said.contains("add `schemas = [\"schemas/\"]` to relc.toml"), "{said}");
    project.write("relc.toml", "environments = [\"envs/\"]\nschemas = [\"schemas/\"]\n");
    assert_eq!(checked(&project), "");
    let (out, said, code) = project.run(&["schema", "add", "crds"]);
    assert_eq!(
        (out.as_str(), code),
        ("added      kind \"gates.example/v1\" \"Door\"\nunchanged  kind \"gates.example/v1\" \"Gate\"\n", 0),
        "{said}"
    );
    assert!(!said.contains("relc.toml") && !project.read("schemas/gates.example_v1_Gate.json").contains("description"));
    project.write("envs/own.rel", &environment.replace("spec: { text", "spec: { txt"));
    assert!(checked(&project).contains("did you mean `text`?"), "{}", checked(&project));
    project.write("envs/own.rel", &environment.replace("\"Gate\"", "\"Gat\""));
    assert!(checked(&project).contains("did you mean `kind \"gates.example/v1\" \"Gate\"`?"), "{}", checked(&project));
    let (_, said, code) = project.run(&["schema", "add", "crds", "--kind", "Gat"]);
    assert!(code == 2 && said.contains("no kind `Gat` found: did you mean `Gate`?"), "{said}");
    project.write("schemas/copied.yaml", &definition("gates.example", "Wall", "text"));
    let (_, said, code) = project.run(&["env", "check", "envs"]);
    assert!(code == 2 && said.contains("run `relc schema add schemas/copied.yaml`"), "{said}");
}

#[test]
fn schemas_of_another_version_of_an_operator_are_used_by_the_library() {
    let release =
        "release a on kserve { names: labels, modelFormat: \"sklearn\" } < x { storageUri: \"gs://a/b\" } >\n";
    let project = Project::new(&[("a.rel", release), ("relc.toml", "schemas = [\"schemas/\"]\n")]);
    // What the environment reads of the kind, and a field that has another name.
    let strings = ["runtime", "protocolVersion", "FIELD"].map(|name| format!("{name}: {{ type: string }}")).join(", ");
    let lists = ["env", "ports", "args"].map(|name| format!("{name}: {{ type: array, items: {{ type: object }} }}"));
    let objects = format!("resources: {{ type: object }}, {}", lists.join(", "));
    let predictor = |field: &str| {
        let model = format!(
            "{{ type: object, properties: {{ modelFormat: {{ type: object, properties: {{ name: {{ type: string }} }} }}, {strings}, {objects} }} }}"
        );
        let numbers = "minReplicas: { type: integer }, maxReplicas: { type: integer }, containers: { type: array, items: { type: object } }";
        definition("serving.kserve.io", "InferenceService", "text").replace("name: v1\n", "name: v1beta1\n").replace(
            "text: { type: string, description: a field }",
            &format!(
                "predictor: {{ type: object, properties: {{ {numbers}, model: {} }} }}",
                model.replace("FIELD", field)
            ),
        )
    };
    project.write("old.yaml", &predictor("storageUri"));
    let (_, said, code) = project.run(&["schema", "add", "old.yaml", "-o", "schemas"]);
    assert_eq!(code, 0, "{said}");
    let (out, said, code) = project.run(&["build", "a.rel"]);
    assert!(code == 0 && out.contains("storageUri: gs://a/b"), "{said}");
    project.write("old.yaml", &predictor("modelUri"));
    let (out, said, code) = project.run(&["schema", "add", "old.yaml"]);
    assert_eq!(
        (out.as_str(), code),
        ("changed    kind \"serving.kserve.io/v1beta1\" \"InferenceService\"\n", 0),
        "{said}"
    );
    let (out, said, code) = project.run(&["build", "a.rel", "--message-format", "short"]);
    assert!(code == 1 && out.is_empty() && said.contains("storageUri"), "{said}");
}

#[test]
fn a_weight_is_a_part_of_a_string() {
    let environment = "import kube, iter8\n\nenvironment own extends iter8.tracked {\n  version { headline host: string }\n  strategy split weights split {\n    emit routemap(weighted: true, route: kube.ConfigMap {\n      metadata: { name: release.name, namespace: settings.namespace, labels: { share: \"w-{weight(primary)}\" } }\n      data: {\n        list: join([for v in versions if live(v): \"{v.host}={weight(v)}\"], \";\")\n        json: json({ all: [for v in versions if live(v): { host: v.host, weight: weight(v) }] })\n      }\n    })\n  }\n}\n";
    let project = project(environment);
    project.write("envs/a.test.rel", "release a on own split { names: labels } < x 80 \"<a>\", y 20 \"b{}\" >\n");
    project.write("envs/a.test.routes.yaml", "# a ready: x, y\n# a ready: y\n");
    let (out, said, code) = project.run(&["test", "--update"]);
    assert_eq!(code, 0, "{out}{said}");
    let routes = project.read("envs/a.test.routes.yaml");
    for expected in [
        "share: w-80",
        "list: \"<a>=80;b{}=20\"",
        r#"json: "{\"all\":[{\"host\":\"<a>\",\"weight\":80},{\"host\":\"b{}\",\"weight\":20}]}""#,
        "share: w-0",
        "list: \"b{}=20\"",
        r#"json: "{\"all\":[{\"host\":\"b{}\",\"weight\":20}]}""#,
    ] {
        assert!(routes.contains(expected), "{expected}\n{routes}");
    }
}

#[test]
fn a_moved_field_carries_its_value_over() {
    let settings = "    team: string?\n    deprecated use team mail: string? at \"mail\"\n    owner: string? at \"application.meta.owner\"\n    deprecated \"owners are teams\" use owner boss: string?";
    let version = "    shared port: int = 80\n    deprecated use port shared targetPort: int?\n    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text, port: \"{v.port}\", team: settings.team ?? \"\", owner: settings.owner ?? \"\" } }";
    let environments = notes(settings, version, "");
    let rel = "release a on own { names: labels, mail: \"m\", boss: \"b\", targetPort: 1 } < x \"t\" { targetPort: 2 }, y \"u\" { port: 3, targetPort: 4 }, z \"v\" >\n";
    let expected = "release a on own { names: labels, team: \"m\", owner: \"b\", port: 1 } < x \"t\" { port: 2 }, y \"u\" { port: 3 }, z \"v\" >\n";
    assert_eq!(fixed(&environments, "a.rel", rel), expected);
    let out = built(&environments, rel);
    assert!(
        out.contains("port: \"2\"\n  team: m\n  owner: b\n")
            && out.contains("port: \"3\"")
            && out.contains("port: \"1\""),
        "{out}"
    );
    let values = "environment: own\nmail: m\napplication:\n  boss: b # why\n  metadata: { name: a }\n  versions:\n  - text: t\n    targetPort: 2\n  - { text: u, targetPort: 4 }\n";
    let after = fixed(&environments, "v.yaml", values);
    for key in ["mail", "boss", "targetPort"] {
        assert!(!after.contains(key), "{after}");
    }
    assert!(
        after.contains("team: m")
            && after.contains("owner: b")
            && after.contains("    port: 2\n")
            && after.contains("port: 4"),
        "{after}"
    );
}

#[test]
fn a_fix_adds_a_setting() {
    let settings = "    color: string = \"red\"\n    lint color warn {\n      when not given(settings.color)\n      \"m\"\n      fix set settings.color = \"red\"\n    }";
    let environments = notes(
        settings,
        "    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text, color: settings.color } }",
        "",
    );
    assert_eq!(
        fixed(&environments, "a.rel", "release a on own <\n  \"t\"\n>\n"),
        "release a on own { color: \"red\" } <\n  \"t\"\n>\n"
    );
    assert_eq!(
        fixed(&environments, "a.rel", "release a on own { labels: {} } < \"t\" >\nrelease b on own < \"t\" >\n"),
        "release a on own { labels: {}, color: \"red\" } < \"t\" >\nrelease b on own { color: \"red\" } < \"t\" >\n"
    );
    let values = "environment: own\napplication:\n  metadata: { name: a }\n  versions:\n  - text: t\n";
    assert_eq!(fixed(&environments, "v.yaml", values), format!("{values}  color: red\n"));
}

#[test]
fn strings_and_numbers_are_computed() {
    let data = "    let list: [string]? = null\n    emit kube.ConfigMap { metadata: v.metadata, data: { a: join(split(v.text, \"/\"), \"-\"), b: \"{upper(v.text)}\", c: \"{add(mul(2, 3), mod(7, 4))}\", d: v.list?[0] ?? \"none\", e: hash(v.text), f: base64(v.text) } }";
    let version = data
        .replace("c: \"{add(mul(2, 3), mod(7, 4))}\"", "c: \"{v.sum}\"")
        .replace("    let list", "    let sum = add(mul(2, 3), mod(7, 4))\n    let list");
    let out = built(&notes("", &version, ""), "release a on own { names: labels } < x \"a/b\" >\n");
    assert!(out.contains("  a: a-b\n  b: A/B\n  c: \"9\"\n  d: \"none\"\n"), "{out}");
    let project = Project::new(&[("a.rel", "let a = b?[0] ?? c?[\"k\"]\n")]);
    let (out, said, code) = project.run(&["fmt", "--check", "a.rel"]);
    assert_eq!(code, 0, "{out}{said}");
}

#[test]
fn a_routemap_has_several_routes() {
    let environment = "import kube, iter8\n\nenvironment own extends iter8.tracked {\n  version { headline host: string }\n  fragment share(name: string): run kube.ConfigMap = kube.ConfigMap { metadata: { name, namespace: settings.namespace }, data: { host: primary.host, weight: \"{weight(primary)}\" } }\n  strategy split weights split { emit routemap(weighted: true, route: share(\"{release.name}-a\"), second: share(\"{release.name}-b\")) }\n}\n";
    let out = built(environment, "release a on own split { names: labels } < x \"t\" >\n");
    assert!(
        out.contains("      split:\n        gvrShort: cm\n") && out.contains("      split-2:\n        gvrShort: cm\n"),
        "{out}"
    );
    let out = built(environment, "release a on own split { names: labels, routes: static } < x 70 \"t\" >\n");
    assert!(
        !out.contains("routemap")
            && out.contains("name: a-a\n")
            && out.contains("name: a-b\n")
            && out.contains("weight: \"70\""),
        "{out}"
    );
}

#[test]
fn undocumented_forms_work() {
    let body = "  let names_last = true\n  strategy loud {\n    version {\n      lint loud warn at v {\n        when v.text == \"x\"\n        \"m\"\n      }\n    }\n  }";
    let environments = notes(
        "",
        "    replace let metadata = merge(super, { labels: { a: \"b\" } })\n    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text } }",
        body,
    );
    let project = project(&environments);
    project.write("a.rel", "release a on own loud {} <\n  \"x\"\n  \"y\"\n>\n");
    let (out, said, _) = project.run(&["lint", "a.rel", "--format", "short"]);
    assert!(out.contains("a.rel:2:3: warning[loud]: m"), "{out}{said}");
    assert!(!out.contains("positional-name"), "{out}");
}

#[test]
fn codes_are_explained_by_their_names() {
    let project = Project::new(&[]);
    for name in ["unknown-kind", "undefined-abstract-field", "E0404"] {
        let (out, said, code) = project.run(&["explain", name]);
        assert!(code == 0 && out.starts_with("# "), "{name}: {said}");
    }
}

#[test]
fn messages_name_what_is_meant() {
    let out = checked(&notes(
        "",
        "    emit kube.ConfigMap { metadata: v.metadata, data: { a: \"{v.text ?? v.name}\" } }",
        "",
    ));
    assert!(out.contains("is not an interpolation") && out.contains("name the value with `let`"), "{out}");
    let out =
        checked(&notes("", "    emit kube.ConfigMap { metadata: v.metadata, data: { \"{v.text}\": v.text } }", ""));
    assert!(out.contains("is a key as it is written") && out.contains("[\"{v.text}\"]"), "{out}");
    assert_eq!(
        checked(&notes(
            "",
            "    let first = v.when?[0]\n    let other: Map<string>? = null\n    emit kube.ConfigMap { metadata: v.metadata, data: { a: v.other?[\"k\"] ?? v.text, b: if v.first then \"x\" } }",
            ""
        )),
        ""
    );
}

#[test]
fn a_mark_after_a_space_is_meant_for_its_type() {
    let out = checked(&notes("    code: { host: string matching \"[a-z]+\" ?, size: int 1.. ? }?", EMITTED, ""));
    assert!(out.contains("write `string matching \"[a-z]+\"?`") && out.contains("write `int 1..?`"), "{out}");
    assert_eq!(out.matches("error").count(), 2, "{out}");
}

#[test]
fn mistakes_of_new_authors_are_fixed_by_their_messages() {
    let part =
        |body: &str| format!("import kube\n\napply own to \"*\"\n\npart own extends kube.application {{\n{body}\n}}\n");
    for (text, message) in [
        (part("  version { require v.replicas \"x\" }"), "read it of an object, `for x: KIND in v.objects`"),
        (
            part(
                "  mutate d: kube.Deployment = if len(versions) > 1 then merge(d, { metadata: { labels: { a: \"b\" } } })",
            ),
            "add `else d`",
        ),
        (part("").replace("\"*\"", "deployment, \"kserve*\""), "write `\"deployment\"`"),
        (
            part("  version { apples: int?, lint few warn at v {\n when v.apples < 2\n \"x\" } }"),
            "set a default, `(v.apples ?? 0)`",
        ),
        (part("  version { let odd = v.index % 2 }"), "`mod(a, b)`"),
        (part("  version { wait: duration }"), "times such as `5s` are strings"),
        (part("  let names = versions.name"), "`[for x in …: x.name]`"),
        (part("  let text = string(len(versions))"), "in an interpolation: `\"{x}\"`"),
        (
            part("  emit kube.ConfigMap { metadata: shared_metadata(\"x\"), data: { n: len(versions) } }"),
            "write `\"{len(versions)}\"`",
        ),
    ] {
        let out = checked(&text);
        assert_eq!((out.matches("error").count(), out.contains(message)), (1, true), "{message}\n{out}");
    }
}

#[test]
fn a_mistake_of_a_definition_is_reported_once() {
    // What follows from it in a release is not.
    let environment = "environment own extends deployment {\n  replace fragment container(v: Version, name: string, port: int) = merge(super(v, name, port), { imagePullPolicy: \"always\" })\n}\n";
    let project = project(environment);
    project.write("a.rel", "release a on own { names: labels } < x \"a:1\" >\n");
    let (_, said, code) = project.run(&["build", "a.rel", "--message-format", "short"]);
    assert!(code == 1 && !said.contains("invalid-container"), "{said}");
    project.write(
        "b.rel",
        "release b on own { names: labels } < x \"a:1\" >\nrelease c on own { names: labels } < x \"a:1\" >\n",
    );
    for arguments in [&["build", "a.rel", "b.rel"][..], &["preview", "a.rel", "b.rel"]] {
        let (_, said, _) = project.run(&[arguments, &["--message-format", "short"]].concat());
        assert_eq!(said.matches("imagePullPolicy").count(), 1, "{arguments:?} {said}");
    }
    let misplaced = "environment own extends deployment {\n  version { replace fragment container(v: Version, name: string, port: int) = super(v, name, port) }\n}\n";
    let out = checked(misplaced);
    assert!(out.contains("`fragment` is not allowed in `version`") && !out.contains("to replace"), "{out}");
    let named = "    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text, a: v.map.name } }\n    let map = kube.ConfigMap { metadata: v.metadata, data: { text: v.text } }";
    assert!(
        checked(&notes("", named, "")).contains("did you mean `metadata.name`?"),
        "{}",
        checked(&notes("", named, ""))
    );
}

/// A policy whose requirement has no place of its own in a release, and what else is wrong there.
#[test]
fn a_requirement_of_a_policy_hides_no_other_mistake() {
    let policy = "import kube\n\napply acme to \"deployment\"\n\npart acme extends kube.application {\n  settings { team: string }\n  \
         lint acme-limits require at c.resources {\n    for d: kube.Deployment in release.objects\n    \
         for c in d.spec?.template.spec.containers\n    when not c.resources?.limits\n    \"`{d.metadata.name}` has no limits\"\n  }\n}\n";
    let project = project(policy);
    project.write("a.rel", "release a on deployment { names: labels } <\n  x \"a:1\"\n  y \"a:2\"\n>\n");
    let (out, _, _) = project.run(&["lint", "a.rel", "--format", "short"]);
    let found: Vec<&str> = out.lines().filter(|line| line.contains("error[")).collect();
    let expected = [
        "a.rel:1:9: error[E0303]: `team` is missing in `a`; add `team: …`",
        "a.rel:2:3: error[acme-limits]: `a-x` has no limits",
        "a.rel:3:3: error[acme-limits]: `a-y` has no limits",
    ];
    assert_eq!(found, expected, "{out}");
}

/// The rules of a definition that an author brings, for what the environment itself writes.
#[test]
fn rules_of_kinds_hold_for_what_an_environment_writes() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: widgets.acme.example }\nspec:\n  \
         group: acme.example\n  names: { kind: Widget, plural: widgets, singular: widget }\n  scope: Namespaced\n  versions:\n  - name: v1\n    \
         served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            \
         type: object\n            x-kubernetes-validations: [{ rule: \"self.min <= self.max\", message: \"min is above max\" }]\n            \
         properties: { min: { type: integer }, max: { type: integer } }\n";
    let environments = |min: u32| {
        format!(
            "import kube\ntype Widget = kind \"acme.example/v1\" \"Widget\" from \"w.yaml\"\nenvironment own extends kube.application {{\n  \
             emit Widget {{ metadata: shared_metadata(release.name), spec: {{ min: {min}, max: 2 }} }}\n  strategy none {{}}\n}}\n"
        )
    };
    let build = |min| {
        let project = project(&environments(min));
        project.write("envs/w.yaml", definition);
        project.write("a.rel", "release a on own < x >\n");
        project.run(&["check", "a.rel", "--format", "short"])
    };
    assert_eq!(build(2).2, 0, "{}", build(2).1);
    let (out, _, _) = build(3);
    assert!(
        out.contains("envs/own.rel:4:64: error[broken-rule]: `spec` breaks a rule of its definition: min is above max"),
        "{out}"
    );
}

/// A route that relc doesn't read.
#[test]
fn a_preview_without_a_known_route_names_the_reason() {
    let project = project(&notes("", EMITTED, ""));
    project.write("a.rel", "release a on own { names: labels } < x \"t\" >\n");
    let (out, said, _) = project.run(&["preview", "a.rel"]);
    assert!(
        out.contains("note: unknown: no Service and no route that relc reads has the host `a.default`"),
        "{out}{said}"
    );
    assert!(out.contains("note: an environment describes the routes of its router in `let traffic`"), "{out}");
}

#[test]
fn a_name_that_lasts_is_no_positional_name() {
    let environment = "import kube\n\nenvironment own extends kube.placed {\n  version { headline text: string }\n  emit kube.ConfigMap { metadata: shared_metadata(release.name), data: { for v in versions: { [\"v{v.index}\"]: v.text } } }\n  strategy none {}\n}\n";
    let project = project(environment);
    project.write("a.rel", "release a on own < \"x\", \"y\" >\n");
    let (out, said, _) = project.run(&["lint", "a.rel", "--format", "short"]);
    assert!(!out.contains("positional-name"), "{out}{said}");
}

/// relc's own files import the library whose name an adapted environment has, and find its parts.
#[test]
fn an_adapted_environment_leaves_its_library() {
    let kept = "import routing\n\nlet gateway = \"infra/main\"\n\nenvironment deployment-istio extends deployment-istio {\n  settings { \
                replace gateway: string = gateway }\n}\n";
    let root = ("relc.toml", "environments = [\"envs/\"]\nreplaces = [\"deployment-istio\"]\n");
    let project = Project::new(&[root, ("envs/deployment-istio.rel", kept)]);
    for environment in ["statefulset-istio", "deployment-istio"] {
        let split = "blue-green { names: labels } < v1 90% \"nginx:1\", v2 10% \"nginx:2\" >";
        project.write("a.rel", &format!("release shop on {environment} {split}\n"));
        let (out, said, code) = project.run(&["build", "a.rel"]);
        assert_eq!(code, 0, "{environment}: {said}");
        assert_eq!(out.contains("infra/main"), environment == "deployment-istio", "{out}");
    }
}

/// `relc preview` reads the let `traffic` of an environment and of its strategies.
#[test]
fn traffic_is_used() {
    let body = "  strategy a { let traffic: [Manifest] = [] }";
    assert_eq!(checked(&notes("", EMITTED, body)), "");
    assert!(checked(&notes("", EMITTED, &body.replace("traffic", "trafic"))).contains("unused-declaration"));
}

#[test]
fn a_test_expects_an_error_by_its_code() {
    let project = project(&notes("    team: string\n    require settings.team != \"x\" \"not x\"", EMITTED, ""));
    project
        .write("envs/a.test.rel", "// relc: expect(E0507) \"not x\"\nrelease a on own { team: \"x\" } < \"one\" >\n");
    project.write("envs/b.test.rel", "// relc: expect(E0303)\nrelease b on own < \"one\" >\n");
    let (out, said, code) = project.run(&["test"]);
    assert_eq!(code, 0, "{out}{said}");
}

#[test]
fn commands_and_parts_are_named() {
    let project = project(&notes("", EMITTED, ""));
    for (command, expected) in [
        (&["env", "test"][..], "did you mean `relc test`?"),
        (&["env", "show", "routing.mirrored"], "`routing.mirrored` is a part: `relc env show routing` shows it"),
    ] {
        let (_, said, _) = project.run(command);
        assert!(said.contains(expected), "{said}");
    }
}
