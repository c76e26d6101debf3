//! Custom environments, with the real binary: how they are found, their schemas, errors in them, and copies of standard
//! ones.

use std::path::Path;
use std::process::Command;

/// A directory with files, in which relc is run.
pub struct Project(tempfile::TempDir);

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Project {
        let project = Project(tempfile::tempdir().expect("a directory"));
        files.iter().for_each(|(name, text)| project.write(name, text));
        project
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }

    /// Returns the text of a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("a file")
    }

    /// Returns standard output, standard error and the exit code.
    pub fn run(&self, arguments: &[&str]) -> (String, String, i32) {
        relc(self.0.path(), arguments)
    }

    /// Returns the output of `relc build` in the short format, for an input that must be rejected.
    fn refused(&self, arguments: &[&str]) -> String {
        let arguments = [&["build", "--message-format", "short"], arguments].concat();
        let (out, said, code) = self.run(&arguments);
        assert_eq!((out.as_str(), code), ("", 1), "{said}");
        said.lines().filter(|line| !line.starts_with("error: ")).map(|line| format!("{line}\n")).collect()
    }
}

fn relc(directory: &Path, arguments: &[&str]) -> (String, String, i32) {
    let run = Command::new(env!("CARGO_BIN_EXE_relc")).args(arguments).current_dir(directory).output();
    let run = run.expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&run.stdout), text(&run.stderr), run.status.code().unwrap_or(-1))
}

const ROOT: (&str, &str) = ("relc.toml", "environments = [\"envs/\"]\n");

const SHOP: &str = r#"type Shop = kind "example.com/v1" "Shop" from "crds/shop.yaml"

/// Shops.
environment shop {
  watch shop Shop "shops" ready "Ready"
  version {
    headline image: string
    size: Shop.spec.size?
    track Shop {
      metadata: { name: "{release.name}-{v.index}", namespace: release.namespace }
      spec: { image: v.image, size: v.size }
    }
  }
  strategy none { }
}
"#;

/// A stream whose second document is used.
const SHOP_CRD: &str = r#"apiVersion: v1
kind: Namespace
metadata:
  name: shops
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shops.example.com
spec:
  group: example.com
  names: { kind: Shop, plural: shops }
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          metadata: { type: object }
          spec:
            type: object
            required: [image]
            properties:
              image: { type: string }
              size: { type: integer, minimum: 1, maximum: 9 }
"#;

const SHOP_SCHEMA: &str = r##"{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "properties": {
    "kind": { "type": "string", "enum": ["Shop"] },
    "metadata": { "type": "object" },
    "spec": { "$ref": "#/definitions/spec" }
  },
  "definitions": {
    "spec": {
      "type": "object",
      "additionalProperties": false,
      "required": ["image"],
      "properties": {
        "image": { "type": ["string", "null"] },
        "size": { "type": "integer", "minimum": 1, "maximum": 9 }
      }
    }
  }
}
"##;

const RELEASE: (&str, &str) = ("a.rel", "release hello on shop <\n  \"a:1\" { size: 3 }\n>\n");

fn shop(environment: &str, schema: &str) -> Project {
    Project::new(&[ROOT, RELEASE, ("envs/shop.rel", environment), ("envs/crds/shop.yaml", schema)])
}

#[test]
fn a_namespace_that_no_setting_takes_is_told_by_an_import() {
    let project = shop(SHOP, SHOP_CRD);
    project.write("values.yaml", "environment: shop\napplication:\n  versions:\n  - image: a:1\n");
    let (out, said, code) = project.run(&["import", "values.yaml", "--name", "hello", "--namespace", "web"]);
    assert_eq!((out.as_str(), code), ("release hello on shop <\n  \"a:1\"\n>\n", 0), "{said}");
    assert_eq!(said, "note: build it with `--namespace web`: its environment has no setting for the namespace\n");
}

#[test]
fn a_schema_of_ones_own_checks_the_environment_and_its_releases() {
    for schema in [SHOP_CRD, SHOP_SCHEMA] {
        let project = shop(SHOP, schema);
        let (out, said, code) = project.run(&["build", "a.rel"]);
        assert_eq!((said.as_str(), code), ("", 0));
        assert!(out.contains("kind: Shop\n") && out.ends_with("spec:\n  image: a:1\n  size: 3\n"), "{out}");

        project.write("b.rel", "release hello on shop <\n  \"a:1\" { size: 30 }\n>\n");
        assert_eq!(
            project.refused(&["b.rel"]),
            "b.rel:2:17: error[E0302]: `30` is not a valid value for `size`: it must be from 1 to 9\n"
        );
        project.write("envs/shop.rel", &SHOP.replace("size: v.size", "sise: v.size"));
        assert_eq!(
            project.refused(&["a.rel"]),
            "envs/shop.rel:11:31: error[E0202]: `spec` has no field `sise`; did you mean `size`?\n"
        );
        // Labels have the type of those of every object: strings.
        project.write("envs/shop.rel", &SHOP.replace("name: \"", "lables: {}, name: \""));
        assert!(project.refused(&["a.rel"]).contains("`metadata` has no field `lables`; did you mean `labels`?"));
        project.write("envs/shop.rel", &SHOP.replace("image: v.image, ", ""));
        assert!(project.refused(&["a.rel"]).contains("`spec` needs `image`"));
    }
}

#[test]
fn records_of_a_json_schema_are_closed_unless_it_opens_them() {
    let misspelled = SHOP.replace("size: v.size", "sise: v.size");
    // An API server drops fields that a schema doesn't declare.
    let project = shop(&misspelled, &SHOP_SCHEMA.replace("\"additionalProperties\": false,", ""));
    assert!(project.refused(&["a.rel"]).contains("`spec` has no field `sise`; did you mean `size`?"));
    let project =
        shop(&misspelled, &SHOP_SCHEMA.replace("\"additionalProperties\": false", "\"additionalProperties\": true"));
    let (out, said, code) = project.run(&["build", "a.rel"]);
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("sise: 3"), "{out}");
}

/// The open objects of a schema are reported once, where the file is named.
#[test]
fn an_open_schema_is_reported_where_its_file_is_named() {
    let open = SHOP_SCHEMA.replace("\"additionalProperties\": false", "\"additionalProperties\": true");
    let (out, _, code) = shop(SHOP, &open).run(&["env", "check", "envs", "--format", "short"]);
    assert_eq!(code, 0, "{out}");
    assert!(
        out.contains("envs/shop.rel:1:47: warning[E0405]: `crds/shop.yaml` accepts any field in `Shop.spec`"),
        "{out}"
    );
    for closed in [SHOP_SCHEMA, SHOP_CRD] {
        let (out, _, _) = shop(SHOP, closed).run(&["env", "check", "envs", "--format", "short"]);
        assert!(!out.contains("E0405"), "{out}");
    }
}

#[test]
fn references_name_definitions_of_other_files() {
    let main = SHOP_SCHEMA.replace("#/definitions/spec", "parts/spec.json#/definitions/spec");
    let part = r##"{ "definitions": {
        "spec": { "type": "object", "required": ["image"], "properties": {
            "image": { "$ref": "image.json" }, "size": { "$ref": "#/definitions/size" } } },
        "size": { "type": "integer", "minimum": 1, "maximum": 9 } } }"##;
    let image = r##"{ "type": "string", "minLength": 1 }"##;
    let project = shop(SHOP, &main);
    project.write("envs/crds/parts/spec.json", part);
    project.write("envs/crds/parts/image.json", image);
    let (_, said, code) = project.run(&["build", "a.rel"]);
    assert_eq!((said.as_str(), code), ("", 0));
    project.write("b.rel", "release hello on shop <\n  \"a:1\" { size: 30 }\n>\n");
    assert!(project.refused(&["b.rel"]).contains("`30` is not a valid value for `size`: it must be from 1 to 9"));
    project.write("envs/crds/parts/spec.json", &part.replace("image.json", "imag.json"));
    assert_eq!(
        project.refused(&["a.rel"]),
        "envs/crds/parts/spec.json:3:32: error[E0002]: cannot read `imag.json`: file not found; did you mean `image.json`?\n"
    );
}

#[test]
fn kinds_of_openapi_documents_are_found() {
    let spec = r##"{ "type": "object", "required": ["image"], "properties": {
        "image": { "type": "string" }, "size": { "type": "integer", "minimum": 1, "maximum": 9 } } }"##;
    let kind = |at: &str| {
        format!(
            r##""x.Spec": {spec}, "x.Shop": {{ "type": "object",
            "properties": {{ "metadata": {{ "type": "object" }}, "spec": {{ "$ref": "#/{at}/x.Spec" }} }},
            "x-kubernetes-group-version-kind": [{{ "group": "example.com", "version": "v1", "kind": "Shop" }}] }}"##
        )
    };
    let paths = r##""paths": { "/apis/example.com/v1/namespaces/{namespace}/shops": { "get": {
        "x-kubernetes-group-version-kind": { "group": "example.com", "version": "v1", "kind": "Shop" } } } }"##;
    let second = format!(r##"{{ "swagger": "2.0", {paths}, "definitions": {{ {} }} }}"##, kind("definitions"));
    let third = format!(
        r##"{{ "openapi": "3.0.0", {paths}, "components": {{ "schemas": {{ {} }} }} }}"##,
        kind("components/schemas")
    );
    for document in [second, third] {
        let project = shop(SHOP, &document);
        let (_, said, code) = project.run(&["build", "a.rel"]);
        assert_eq!((said.as_str(), code), ("", 0));
        project.write("envs/shop.rel", &SHOP.replace("size: v.size", "sise: v.size"));
        assert!(project.refused(&["a.rel"]).contains("`spec` has no field `sise`; did you mean `size`?"));
        project.write("envs/shop.rel", &SHOP.replace("\"Shop\"", "\"Shopp\""));
        assert!(project.refused(&["a.rel"]).contains("no schema for example.com/v1 Shopp; it has example.com/v1 Shop"));
    }
}

#[test]
fn keys_of_list_maps_with_a_default_are_not_required() {
    let ports = |protocol: &str| {
        let items = format!(
            "{{ type: object, required: [port, protocol], properties: {{ port: {{ type: integer }}, protocol: {protocol} }} }}"
        );
        let map = "x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [port, protocol]";
        let list = format!("              ports: {{ type: array, {map}, items: {items} }}\n              size:");
        SHOP_CRD.replace("              size:", &list)
    };
    let environment = SHOP.replace("size: v.size", "ports: [{ port: 80 }]");
    let (_, said, code) = shop(&environment, &ports("{ type: string, default: TCP }")).run(&["build", "a.rel"]);
    assert_eq!((said.as_str(), code), ("", 0));
    assert!(shop(&environment, &ports("{ type: string }")).refused(&["a.rel"]).contains("needs `protocol`"));
}

#[test]
fn what_is_wrong_in_a_schemas_file_is_said_there() {
    let cases = [
        (
            SHOP_CRD.replace("integer", "intger"),
            "envs/crds/shop.yaml:26:21: error[E0404]: a type `intger` is not known\n",
        ),
        (
            SHOP_CRD.replace("names: { kind: Shop, plural: shops }", "names: { kind: Shop, plural: shops"),
            "envs/crds/shop.yaml:12:10: error[E0110]: this `{` is never closed; write `{ kind: Shop, plural: shops }`\n",
        ),
        (
            SHOP_SCHEMA.replace("#/definitions/spec", "#/definitions/spce"),
            "envs/crds/shop.yaml:7:13: error[E0404]: `#/definitions/spce` refers to nothing\n",
        ),
        (
            SHOP_CRD.replace("name: v1\n    served", "name: v2\n    served"),
            "envs/shop.rel:1:18: error[E0404]: `crds/shop.yaml` has no schema for example.com/v1 Shop; it has \
             example.com/v2 Shop\n",
        ),
        (
            SHOP_SCHEMA.replace("\"Shop\"", "\"Shopp\""),
            "envs/shop.rel:1:35: error[E0404]: `crds/shop.yaml` has no schema for `Shop`; its `kind` is Shopp\n",
        ),
        (
            "a: 1\n".to_owned(),
            "envs/shop.rel:1:47: error[E0404]: `crds/shop.yaml` is neither a CustomResourceDefinition, nor an OpenAPI \
             document, nor a JSON Schema of an object; `kubectl get crd NAME -o yaml` prints a CustomResourceDefinition, and \
             `kubectl get --raw /openapi/v2` an OpenAPI document; a JSON Schema has `properties`\n",
        ),
    ];
    let (found, wanted): (Vec<String>, Vec<&str>) =
        cases.iter().map(|(schema, said)| (shop(SHOP, schema).refused(&["a.rel"]), *said)).unzip();
    assert_eq!(found.concat(), wanted.concat());
    let missing = shop(&SHOP.replace("crds/shop", "crds/shops"), SHOP_CRD);
    let said =
        "envs/shop.rel:1:47: error[E0002]: cannot read `crds/shops.yaml`: file not found; did you mean `shop.yaml`?\n";
    assert_eq!(missing.refused(&["a.rel"]), said);
    let outside = shop(&SHOP.replace("crds/shop", "../../shop"), SHOP_CRD);
    assert!(outside.refused(&["a.rel"]).contains("it is outside of"));
}

/// A short schema that would be huge if every reference were copied.
#[test]
fn references_to_references_stay_small() {
    let mut definitions = vec!["\"d0\": { \"type\": \"string\" }".to_owned()];
    for at in 1..60 {
        let inner = format!("{{ \"$ref\": \"#/definitions/d{}\" }}", at - 1);
        let properties = format!("{{ \"a\": {inner}, \"b\": {inner} }}");
        definitions.push(format!("\"d{at}\": {{ \"type\": \"object\", \"properties\": {properties} }}"));
    }
    let schema = SHOP_SCHEMA
        .replace("\"image\": {", "\"deep\": { \"$ref\": \"#/definitions/d59\" }, \"image\": {")
        .replace("\"definitions\": {", &format!("\"definitions\": {{ {},", definitions.join(", ")));
    let (_, said, code) = shop(SHOP, &schema).run(&["build", "a.rel"]);
    assert_eq!((said.as_str(), code), ("", 0));
    // What a definition has inside itself accepts anything, as schemas are finite.
    let circle = schema.replace("\"d0\": { \"type\": \"string\" }", "\"d0\": { \"$ref\": \"#/definitions/d59\" }");
    let (_, said, code) = shop(SHOP, &circle).run(&["build", "a.rel"]);
    assert_eq!((said.as_str(), code), ("", 0));
}

#[test]
fn a_release_file_may_name_a_schema_itself() {
    let release = "type Shop = kind \"example.com/v1\" \"Shop\" from \"envs/crds/shop.yaml\"\n\
                   let size: Shop.spec.size = 30\nrelease hello on shop < \"a:1\" { size: size } >\n";
    let project = shop(SHOP, SHOP_CRD);
    project.write("b.rel", release);
    assert!(project.refused(&["b.rel"]).starts_with("b.rel:2:28: error[E0302]"));
}

#[test]
fn environments_are_listed_and_shown() {
    let project = shop(SHOP, SHOP_CRD);
    let (out, _, code) = project.run(&["env", "list"]);
    assert_eq!(code, 0);
    let line = out.lines().find(|line| line.starts_with("shop ")).expect("it is listed");
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["shop", "none", "envs/shop.rel", "Shops."]);
    let (out, _, _) = project.run(&["env", "list", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(
        listed.as_array().map(Vec::len),
        Some(relc_core::library::Catalog::builtin().environment_names().len() + 1)
    );

    let (out, _, code) = project.run(&["env", "show", "shop"]);
    assert_eq!(code, 0);
    for line in [
        "shop, in envs/shop.rel",
        "  headline image: string  (values.yaml: image)",
        "  example.com/v1 Shop, for each version, which depends on it",
        "  shop: example.com/v1 Shop, ready by Ready",
    ] {
        assert!(out.lines().any(|known| known == line), "{line} is not in\n{out}");
    }
    let (out, _, _) = project.run(&["env", "show", "shop", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(shown["fields"][1]["type"], "Shop.spec.size?");
    let (_, said, code) = project.run(&["env", "show", "shopp"]);
    assert_eq!((said.as_str(), code), ("error: environment `shopp` not found; did you mean `shop`?\n", 2));
}

#[test]
fn libraries_are_shown() {
    let project =
        Project::new(&[ROOT, ("envs/shops.rel", "/// What shops share.\n\n/// A size.\ntype Size = int 1..9\n")]);
    let (out, said, code) = project.run(&["env", "show", "kube"]);
    assert_eq!(code, 0, "{said}");
    for line in [
        "kube, a library",
        "  Port = int 1..65535  (type)",
        "  hosts(name: string, namespace: string)  (fragment)",
        "part kube.container extends pods:",
        "  container(v: Version, name: string, port: Port)  (fragment)",
    ] {
        assert!(out.lines().any(|known| known == line), "{line} is not in\n{out}");
    }
    let (out, _, _) = project.run(&["env", "show", "shops", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(shown["declarations"][0]["code"], "int 1..9");
    let (_, said, code) = project.run(&["env", "show", "kubee"]);
    assert_eq!((said.as_str(), code), ("error: environment `kubee` not found; did you mean the library `kube`?\n", 2));
}

#[test]
fn what_every_environment_makes_is_known() {
    let catalog = relc_core::library::Catalog::builtin();
    for name in catalog.environment_names() {
        let found = catalog.environment(name).expect("its name is known");
        let described = relc_core::check::describe::describe(&found.environment, &catalog.sources());
        assert!(!described.documentation.is_empty(), "{name} has no documentation");
        let kinds = described.objects.iter().chain(described.strategies.iter().flat_map(|strategy| &strategy.objects));
        assert!(kinds.count() > 0, "{name} makes objects");
    }
}

#[test]
fn a_new_environment_is_right_and_builds() {
    let project = Project::new(&[ROOT]);
    let (_, said, code) = project.run(&["env", "new", "my-app", "-o", "envs"]);
    assert_eq!(code, 0, "{said}");
    let (out, _, code) = project.run(&["env", "check", "envs"]);
    assert_eq!(code, 0, "{out}");
    // The example release in the file itself.
    let text = std::fs::read_to_string(project.0.path().join("envs/my-app.rel")).expect("it is written");
    let example: Vec<&str> = { text.lines() }
        .filter_map(|line| line.strip_prefix("//   "))
        .skip_while(|line| !line.starts_with("release "))
        .take(3)
        .collect();
    project.write("hello.rel", &(example.join("\n") + "\n"));
    let (out, said, code) = project.run(&["build", "hello.rel"]);
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("image: registry.example/hello:1"), "{out}");

    let (printed, _, _) = project.run(&["env", "new", "other-app"]);
    assert_eq!(printed, text.replace("my-app", "other-app"));
    let refused = [
        (["my-app", "-o", "elsewhere"], "`my-app` is taken"),
        (["kube", "-o", "elsewhere"], "`kube` is taken"),
        (["My App", "-o", "elsewhere"], "`My App` is not a valid name for an environment"),
    ];
    for (arguments, message) in refused {
        let (_, said, code) = project.run(&[&["env", "new"], &arguments[..]].concat());
        assert!(code == 2 && said.contains(message), "{said}");
    }
}

#[test]
fn a_copy_of_every_environment_is_right() {
    let project = Project::new(&[ROOT]);
    for name in relc_core::library::Catalog::builtin().environment_names() {
        let (_, said, code) = project.run(&["env", "new", &format!("my-{name}"), "--from", name, "-o", "envs"]);
        assert_eq!(code, 0, "{said}");
    }
    let (out, _, code) = project.run(&["env", "check", "envs", "--format", "short"]);
    // A library has declarations for files that aren't copied.
    let found: Vec<&str> = out.lines().filter(|line| !line.contains("info[unused-declaration]")).collect();
    assert_eq!((found, code), (vec![], 0));
}

#[test]
fn definition_files_are_checked_in_every_format() {
    let project = shop(&SHOP.replace("size: v.size", "sise: v.size"), SHOP_CRD);
    project.write("envs/broken.rel", "environment broken { strategy none { emit } }\n");
    for format in ["human", "medium", "short", "json", "sarif", "github", "gitlab", "junit"] {
        let (out, said, code) = project.run(&["env", "check", "envs", "--format", format]);
        assert_eq!((said.as_str(), code), ("", 1), "{format}");
        assert!(out.contains("sise") && out.contains("broken.rel"), "{format}: {out}");
    }
    let (out, _, code) = project.run(&["env", "check", "envs/shop.rel", "--format", "short"]);
    assert_eq!(
        (out.as_str(), code),
        ("envs/shop.rel:11:31: error[E0202]: `spec` has no field `sise`; did you mean `size`?\n", 1)
    );
    for (path, message) in [
        ("a.rel", "`a.rel` is a file of releases: `relc check` checks it"),
        ("nothing.rel", "cannot read `nothing.rel`: file not found"),
        ("envs/crds", "no definition files in `envs/crds`"),
        ("relc.toml", "`relc.toml` is not a definition file: their names end in `.rel`"),
    ] {
        let (_, said, code) = project.run(&["env", "check", path]);
        assert_eq!((said, code), (format!("error: {message}\n"), 2));
    }
}

#[test]
fn files_of_ones_own_import_each_other_by_name() {
    let environment = "import kube, ours\nenvironment notice extends kube.application {\n  version {\n    \
                       headline text: ours.Text\n    emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text } }\n  \
                       }\n  strategy none { }\n}\n";
    let release = "release x on notice < \"t\" >\n";
    let files = [ROOT, ("envs/notice.rel", environment), ("envs/ours.rel", "type Text = string length 1..3\n")];
    let project = Project::new(&files);
    project.write("x.rel", release);
    let (out, said, code) = project.run(&["build", "x.rel"]);
    assert!(code == 0 && out.ends_with("data:\n  text: t\n"), "{said}");
    project.write("envs/ours.rel", "type Text = strin length 1..3\n");
    assert!(project.refused(&["x.rel"]).starts_with("envs/ours.rel:1:"));
    project.write(
        "envs/notice.rel",
        &environment.replace("import kube, ours", "import kube\nimport \"ours.rel\" as ours"),
    );
    assert_eq!(
        project.refused(&["x.rel"]),
        "envs/notice.rel:2:8: error[E0208]: cannot import `ours.rel`: definition files import libraries by their names: put \
         the file next to this one, and write `import name`\n"
    );
}

#[test]
fn taken_names_are_refused() {
    let text = |name: &str| format!("environment {name} {{ strategy none {{ }} }}\n");
    let said = |files: &[(&str, &str)]| {
        let project = Project::new(files);
        project.write("x.rel", "release x on deployment < \"a\" >\n");
        let (out, said, code) = project.run(&["build", "x.rel"]);
        assert_eq!((out.as_str(), code), ("", 2), "{said}");
        said
    };
    let taken = text("deployment");
    let found = said(&[ROOT, ("envs/mine.rel", &taken)]);
    assert!(
        found.contains(
            "envs/mine.rel:1:13: error[E0206]: the name `deployment` is already used in <stdlib>/deployment.rel"
        ),
        "{found}"
    );
    assert!(found.contains("`replaces = [\"deployment\"]` in relc.toml"), "{found}");
    let found = said(&[ROOT, ("envs/kube.rel", &text("mine"))]);
    assert!(found.contains("the name `kube` is already used in <stdlib>/kube.rel"), "{found}");
    let found = said(&[ROOT, ("envs/one.rel", &text("mine")), ("envs/two.rel", &text("mine"))]);
    assert!(found.contains("the name `mine` is already used in envs/one.rel"), "{found}");
}

#[test]
fn a_package_that_needs_another_relc_is_refused() {
    let project = shop(SHOP, SHOP_CRD);
    project.write("envs/relc-package.toml", "name = \"shops\"\nversion = \"1.2.0\"\nrelc = \"0.1\"\n");
    assert_eq!(project.run(&["build", "a.rel"]).2, 0);
    project.write("envs/relc-package.toml", "name = \"shops\"\nversion = \"1.2.0\"\nrelc = \"99.1\"\n");
    let (out, said, code) = project.run(&["build", "a.rel"]);
    let own = env!("CARGO_PKG_VERSION");
    let message =
        format!("error: envs/relc-package.toml:3:8: `shops` 1.2.0 needs relc ^99.1, and this is relc {own}\n");
    assert_eq!((out.as_str(), said, code), ("", message, 2));
}

/// A copy of the standard environment in a user's directory, instead of the original.
#[test]
fn a_copy_of_a_standard_environment_is_as_good() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file of the repository");
    let replaces = "environments = [\"envs/\"]\nreplaces = [\"knative-istio\"]\n";
    let own = Project::new(&[("relc.toml", replaces), ("envs/knative-istio.rel", &read("stdlib/knative-istio.rel"))]);
    let standard = Project::new(&[("relc.toml", "")]);
    let mut cases = 0;
    for folder in ["tests/conformance", "tests/ui/values", "tests/ui/release", "tests/ui/lint"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder of the repository") {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if !(name.ends_with(".yaml") || name.ends_with(".rel")) || !text.contains("knative-istio") {
                continue;
            }
            own.write(&name, &text);
            standard.write(&name, &text);
            for command in [&["build", "--name", "hello"][..], &["lint", "--name", "hello", "--format", "human"]] {
                let arguments = [command, &[name.as_str()]].concat();
                assert_eq!(
                    own.run(&arguments).0.replace("envs/", "<stdlib>/"),
                    standard.run(&arguments).0,
                    "{name}: {command:?}"
                );
                assert_eq!(
                    own.run(&arguments).1.replace("envs/", "<stdlib>/"),
                    standard.run(&arguments).1,
                    "{name}: {command:?}"
                );
            }
            cases += 1;
        }
    }
    assert!(cases > 10, "only {cases} cases are of the environment");
}

/// The names in a file's expressions refer to its own declarations, whatever those declare that extend its parts.
#[test]
fn names_of_a_library_are_its_own() {
    let library = r#"import kube

type Shop = kind "example.com/v1" "Shop" from "crds/shop.yaml"
let greeting = "library"
fragment named(name: string) = "{name}-library"

/// Shops.
part shop {
  watch shop Shop ready "Ready"
  version {
    headline image: string
    let port: kube.Port = 80
    track Shop {
      metadata: { name: named(release.name), namespace: release.namespace }
      spec: { image: "{v.image}:{greeting}:{v.port}" }
    }
  }
}
"#;
    let own = r#"import library

/// My shop.
environment my-shop extends library.shop {
  let greeting = "mine"
  let kube = "mine"
  fragment named(name: string) = "{name}-mine"
  strategy none { emit untracked library.Shop { metadata: { name: named(greeting) }, spec: { image: kube } } }
}
"#;
    let project = Project::new(&[
        ROOT,
        ("envs/library.rel", library),
        ("envs/mine.rel", own),
        ("envs/crds/shop.yaml", SHOP_CRD),
        ("a.rel", "release a on my-shop < v1 \"x\" >\n"),
    ]);
    let (out, said, code) = project.run(&["build", "a.rel"]);
    assert_eq!(code, 0, "{said}");
    for written in ["name: a-library", "x:library:80", "name: mine-mine"] {
        assert!(out.contains(written), "{written}: {out}");
    }
}

const SPARE: &str = r#"import kube, iter8

type Unused = string
type Used = string
let unread = 5
let read = 6
fragment uncalled(a: string) = a
fragment called(a: string) = a

part nobody extends kube.application {}

part somebody extends kube.application {
  version {
    open let adress: string = "none"
    let other = v.adress
  }
}

environment spare extends iter8.tracked, somebody {
  settings { dead: Used = "x", live: string = called("y") }
  version {
    headline image: kube.Image
    forgotten: string?
    checked: int = read
    require v.checked > 0 "`checked` is 0"
    let street = "{v.image}.example"
    emit untracked kube.ConfigMap { metadata: v.metadata, data: { live: settings.live, other: v.other } }
  }
  strategy none { emit routemap(weighted: false) }
}
"#;

#[test]
fn what_is_never_used_is_reported() {
    let project = Project::new(&[ROOT, ("envs/spare.rel", SPARE)]);
    let (out, said, code) = project.run(&["env", "check", "envs", "--format", "short"]);
    assert_eq!(code, 0, "{said}");
    let names: Vec<&str> = out.lines().filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(names, ["Unused", "unread", "uncalled", "nobody", "dead", "forgotten", "street"], "{out}");
}

#[test]
fn files_are_not_read_by_environments() {
    let text = SPARE.replace("let read = 6", "let read = file(\"six.yaml\")");
    let project = Project::new(&[ROOT, ("envs/spare.rel", &text)]);
    let (out, ..) = project.run(&["env", "check", "envs", "--format", "short"]);
    let wanted = "envs/spare.rel:6:17: error[E0002]: `six.yaml` cannot be read from an environment file";
    assert!(out.contains(wanted), "{out}");
}

const POLICY: &str = r#"import kube

apply owned to "*-gtw", "deployment", "deploymnt"

part owned extends kube.application {
  settings { gateway: string = "x" }
  open let owner: string
}
"#;

#[test]
fn a_policy_is_checked_in_the_environments_that_it_applies_to() {
    let project = Project::new(&[ROOT, ("envs/policy.rel", POLICY)]);
    let (out, ..) = project.run(&["env", "check", "envs", "--format", "short"]);
    for wanted in [
        "envs/policy.rel:3:39: error[E0203]: no environment is named `deploymnt`; did you mean `deployment`?",
        "the abstract field `owner` of `policy.owned` isn't defined, in `deployment`, `deployment-gtw`",
        "`routing.admitted` and `policy.owned` both declare field `gateway`",
    ] {
        assert!(out.contains(wanted), "{wanted}\nin\n{out}");
    }
    // A release on one of them is an error, and on another environment it isn't.
    project.write("a.rel", "release a on deployment < \"shop:1\" >\n");
    assert!(project.refused(&["a.rel"]).contains("both declare field `gateway`"));
    project.write("b.rel", "release b on knative < \"shop:1\" >\n");
    let (_, said, code) = project.run(&["build", "b.rel"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_mutation_keeps_the_identity_of_an_object() {
    let policy = "import kube\napply renamed to \"*\"\npart renamed extends kube.placed {\n  \
                  mutate o: Manifest = merge(o, { metadata: { name: \"x\" } })\n}\n";
    let project =
        Project::new(&[ROOT, ("envs/policy.rel", policy), ("a.rel", "release a on deployment < \"shop:1\" >\n")]);
    let refused = project.refused(&["a.rel"]);
    assert!(refused.contains("this changes `metadata.name` of an object"), "{refused}");
}

#[test]
fn an_environment_in_a_comment_is_none() {
    let own = "environment shop {\n  version {\n    headline image: string\n    emit { apiVersion: \"v1\", kind: \"ConfigMap\", metadata: v.metadata, data: { image: v.image } }\n  }\n  strategy none {}\n}\n";
    let commented =
        format!("/*\n{own}\nenvironment deployment {{\n*/\n{own}let s = \"\"\"\nenvironment kserve\n\"\"\"\n");
    let release = "release a on deployment < \"nginx:1\" >\n";
    let project = Project::new(&[ROOT, ("envs/own.rel", &commented), ("a.rel", release)]);
    let (_, said, code) = project.run(&["build", "a.rel"]);
    assert_eq!((code, said.as_str()), (0, ""));
    // A second declaration is an error in the file, and concerns no release on another environment.
    project.write("envs/own.rel", &format!("{own}{own}"));
    let (_, said, code) = project.run(&["build", "a.rel"]);
    assert_eq!((code, said.as_str()), (0, ""));
    let (out, said, code) = project.run(&["env", "check", "envs"]);
    assert!(code == 1 && (out + &said).contains("`shop` is declared twice"), "{said}");
}
