//! Environments of one's own, with the real binary: where they are found, the schemas that they bring, what is said of broken
//! ones, and that a copy of a standard one is as good as that.

use std::path::Path;
use std::process::Command;

/// A directory with files in it, in which relc is run.
struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Project {
        let project = Project(tempfile::tempdir().expect("a directory"));
        files.iter().for_each(|(name, text)| project.write(name, text));
        project
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }

    /// Standard output, standard error and the exit code.
    fn run(&self, arguments: &[&str]) -> (String, String, i32) {
        relc(self.0.path(), arguments)
    }

    /// What `relc build` says on one line each, of an input that it must refuse.
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
  watch shop Shop ready "Ready"
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

/// A stream of which the second document is meant.
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
fn a_schema_of_ones_own_checks_the_environment_and_its_releases() {
    for schema in [SHOP_CRD, SHOP_SCHEMA] {
        let project = shop(SHOP, schema);
        let (out, said, code) = project.run(&["build", "a.rel"]);
        assert_eq!((said.as_str(), code), ("", 0));
        assert!(out.contains("kind: Shop\n") && out.ends_with("spec:\n  image: a:1\n  size: 3\n"), "{out}");

        project.write("b.rel", "release hello on shop <\n  \"a:1\" { size: 30 }\n>\n");
        assert_eq!(
            project.refused(&["b.rel"]),
            "b.rel:2:17: error[E0302]: `size` takes a number from 1 to 9, and this is 30\n"
        );
        project.write("envs/shop.rel", &SHOP.replace("size: v.size", "sise: v.size"));
        assert_eq!(
            project.refused(&["a.rel"]),
            "envs/shop.rel:11:31: error[E0202]: `spec` has no field `sise`; did you mean `size`?\n"
        );
        // Labels are those of every object, and texts.
        project.write("envs/shop.rel", &SHOP.replace("name: \"", "lables: {}, name: \""));
        assert!(project.refused(&["a.rel"]).contains("`metadata` has no field `lables`; did you mean `labels`?"));
        project.write("envs/shop.rel", &SHOP.replace("image: v.image, ", ""));
        assert!(project.refused(&["a.rel"]).contains("`spec` needs `image`"));
    }
}

#[test]
fn records_of_a_json_schema_are_closed_where_it_closes_them() {
    let open = SHOP_SCHEMA.replace("\"additionalProperties\": false,", "");
    let project = shop(&SHOP.replace("size: v.size", "sise: v.size"), &open);
    let (out, said, code) = project.run(&["build", "a.rel"]);
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("sise: 3"), "{out}");
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
            "envs/crds/shop.yaml:12:10: error[E0110]: this `{` is never closed; close it with `}`\n",
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
            "envs/shop.rel:1:47: error[E0404]: `crds/shop.yaml` is neither a CustomResourceDefinition nor a JSON Schema \
             of an object; `kubectl get crd NAME -o yaml` prints a CustomResourceDefinition; a JSON Schema has `properties`\n",
        ),
    ];
    let (found, wanted): (Vec<String>, Vec<&str>) =
        cases.iter().map(|(schema, said)| (shop(SHOP, schema).refused(&["a.rel"]), *said)).unzip();
    assert_eq!(found.concat(), wanted.concat());
    let missing = shop(&SHOP.replace("crds/shop", "crds/shops"), SHOP_CRD);
    let said = "envs/shop.rel:1:47: error[E0002]: cannot read `crds/shops.yaml`: there is no such file\n";
    assert_eq!(missing.refused(&["a.rel"]), said);
    let outside = shop(&SHOP.replace("crds/shop", "../../shop"), SHOP_CRD);
    assert!(outside.refused(&["a.rel"]).contains("it lies outside of"));
}

/// A schema that says little in a few lines, and would be huge if every reference were copied.
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
    let circle = schema.replace("\"d0\": { \"type\": \"string\" }", "\"d0\": { \"$ref\": \"#/definitions/d59\" }");
    assert!(shop(SHOP, &circle).refused(&["a.rel"]).contains("nests more than 64 deep"));
}

#[test]
fn a_release_file_may_name_a_schema_itself() {
    let release = "type Shop = kind \"example.com/v1\" \"Shop\" from \"envs/crds/shop.yaml\"\n\
                   let size: Shop.spec.size = 30\nrelease hello on shop < \"a:1\" { size: size } >\n";
    let project = shop(SHOP, SHOP_CRD);
    project.write("b.rel", release);
    assert!(project.refused(&["b.rel"]).starts_with("b.rel:2:28: error[E0302]"));
}
