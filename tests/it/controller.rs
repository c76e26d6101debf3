//! `relc controller`, with the real binary: the output in each format, the environments, and messages about mistakes.

use std::path::Path;

use crate::one_in;
use crate::place::Place;

const KNATIVE: &str = "release hello on knative-istio < \"nginx\" { port: 80 } >\n";

/// The line above what is printed for Knative's environment.
const HEAD: &str = "# What the Iter8 controller needs beyond what its chart installs, for knative-istio.\n";

/// A custom kind, and an environment without `registered`.
const SHOP: &str = r#"type Shop = kind "example.com/v1" "Shop" from "shop.json"

/// Shops.
environment shop {
  watch shop Shop "shops" ready "Stocked", "Open"
  version {
    headline image: string
    track Shop { metadata: { name: release.name }, spec: { image: v.image } }
  }
  strategy none { }
}
"#;

const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "metadata": { "type": "object" },
    "spec": { "type": "object", "properties": { "image": { "type": "string" } } }
  }
}
"#;

const ROOT: (&str, &str) = ("relc.toml", "environments = [\"envs/\"]\n");

fn shop(environment: &str) -> Place {
    let release = "release one on shop < \"a:1\" >\n";
    Place::new(&[ROOT, ("one.rel", release), ("envs/shop.rel", environment), ("envs/shop.json", SCHEMA)])
}

#[test]
fn knative_is_what_people_type_by_hand() {
    let place = Place::new(&[("hello.rel", KNATIVE)]);
    let values = format!(
        "{HEAD}resourceTypes:\n  ksvc:\n    Group: serving.knative.dev\n    Version: v1\n    Resource: services\n    \
         conditions:\n    - Ready\n"
    );
    let flags = "--set resourceTypes.ksvc.Group=serving.knative.dev\n--set resourceTypes.ksvc.Version=v1\n\
                 --set resourceTypes.ksvc.Resource=services\n--set resourceTypes.ksvc.conditions[0]=Ready\n";
    for what in [&["hello.rel"][..], &["."], &[], &["--env", "knative-istio"]] {
        assert_eq!(place.run(&[&["controller"], what].concat()).good(), values, "{what:?}");
        assert_eq!(place.run(&[&["controller", "--format", "set"], what].concat()).good(), flags, "{what:?}");
    }
    let scoped = place.run(&["controller", "--cluster-scoped", "--format", "set"]);
    assert_eq!(scoped.good(), format!("--set clusterScoped=true\n{flags}"));
}

#[test]
fn a_role_lets_the_controller_wait_and_write_routes() {
    let place = Place::new(&[("hello.rel", KNATIVE)]);
    let rule = |group: &str, resources: &[&str], verbs: &[&str]| {
        let list = |items: &[&str]| items.iter().map(|item| format!("  - {item}\n")).collect::<String>();
        format!("- apiGroups:\n  - {group}\n  resources:\n{}  verbs:\n{}", list(resources), list(verbs))
    };
    let waits = ["get", "list", "watch", "update"];
    let writes = ["get", "list", "watch", "update", "create", "patch"];
    let knative = rule("serving.knative.dev", &["services"], &waits);
    let role = |kind: &str, rules: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: iter8-resource-types\nrules:\n{rules}"
        )
    };
    let run = |more: &[&str]| {
        let arguments = [&["controller", "--format", "rbac"], more].concat();
        place.run(&arguments).good().split_once('\n').unwrap().1.to_owned()
    };
    assert_eq!(run(&[]), role("Role", &knative));
    assert_eq!(run(&["--cluster-scoped"]), role("ClusterRole", &knative));
    let others = rule("\"\"", &["configmaps"], &waits) + &rule("networking.istio.io", &["virtualservices"], &writes);
    assert_eq!(run(&["--all"]), role("Role", &(others + &knative)));
    // Resources of a group share a rule, whichever environment needs them.
    let both = run(&["--all", "--env", "deployment", "--env", "knative-istio"]);
    assert!(both.contains(&rule("\"\"", &["configmaps", "services"], &waits)), "{both}");
    assert_eq!(both.matches("- apiGroups:").count(), 4, "{both}");
}

/// The rule of `relc lint` and this command use one list.
#[test]
fn lint_remarks_what_is_printed() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let place = Place::new(&[]);
    let (mut remarked, mut silent) = (0, 0);
    let mut paths: Vec<_> = std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    for path in paths.iter().step_by(one_in(3)) {
        place.write("values.yaml", std::fs::read_to_string(path).unwrap());
        let found = place.run(&["lint", "values.yaml", "--select", "unregistered-type", "--format", "json"]).brief();
        let is_silent = !found.iter().any(|found| found.ends_with(" unregistered-type"));
        let printed = place.run(&["controller", "values.yaml"]);
        let is_empty = printed.out.ends_with("\nresourceTypes: {}\n");
        assert_eq!((is_silent, is_silent), (is_empty, !printed.err.is_empty()), "{}: {found:?}", path.display());
        *(if is_silent { &mut silent } else { &mut remarked }) += 1;
    }
    assert!(remarked > 5 / one_in(3) && silent > 20 / one_in(3), "{remarked}, {silent}");
}

#[test]
fn an_environment_of_ones_own_says_what_it_watches() {
    let place = shop(SHOP);
    let values = "resourceTypes:\n  shop:\n    Group: example.com\n    Version: v1\n    Resource: shops\n    conditions:\n    \
                  - Stocked\n    - Open\n";
    assert_eq!(
        place.run(&["controller"]).good(),
        format!("# What the Iter8 controller needs beyond what its chart installs, for shop.\n{values}")
    );
    let registered = "  let registered = [\n    { short: \"shop\", group: \"example.com\", version: \"v1\", resource: \"shops\", \
                      conditions: [\"Stocked\", \"Open\"] }\n  ]\n  version {\n";
    let place = shop(&SHOP.replacen("  version {\n", registered, 1));
    let known = place.run(&["controller"]);
    assert!(known.out.ends_with("\nresourceTypes: {}\n"), "{}", known.out);
    assert_eq!(known.err, "note: the controller's chart installs all that is needed for `shop`\n");
    assert!(place.run(&["controller", "--all"]).good().ends_with(values));
}

#[test]
fn a_controller_that_was_told_of_more_needs_less() {
    let told = "import iter8\n\nenvironment told extends knative-istio {\n  replace let registered = [\n    ...iter8.installed()\n    \
                { short: \"ksvc\", group: \"serving.knative.dev\", version: \"v1\", resource: \"services\", conditions: [\"Ready\"] }\n  \
                ]\n}\n";
    let place = Place::new(&[ROOT, ("envs/told.rel", told), ("a.rel", &KNATIVE.replace("knative-istio", "told"))]);
    assert_eq!(place.run(&["controller", "--format", "set"]).out, "");
    assert!(place.run(&["lint", "--format", "json"]).brief().iter().all(|found| !found.contains("unregistered-type")));
}

#[test]
fn a_short_name_is_of_one_kind() {
    let place = shop(&SHOP.replace("watch shop", "watch ksvc"));
    place.write("hello.rel", KNATIVE);
    let said = "envs/shop.rel:5:9: error[E0206]: `ksvc` is shops of `example.com/v1`, ready by Stocked, Open here, and services of \
                `serving.knative.dev/v1`, ready by Ready elsewhere; rename one of them: a controller knows one kind by a \
                short name\n";
    place.run(&["controller"]).refused(1, said);
}

#[test]
fn mistakes_are_said_and_nothing_is_printed() {
    shop(&SHOP.replace(" \"shops\"", "")).run(&["controller"]).refused(
        1,
        "envs/shop.rel:5:3: error[E0303]: the plural of Shop is not known; write it after the type: `watch shop … \"PLURAL\"`\n",
    );
    let place = shop(&SHOP.replace("v.image", "v.imag"));
    place.run(&["controller"]).refused(1, "did you mean `image`?");
    place.run(&["controller", "--env", "shop"]).refused(1, "did you mean `image`?");
    place.run(&["controller", "--env", "shopp"]).failed("environment `shopp` not found; did you mean `shop`?");
    place.run(&["controller", "nothing.rel"]).failed("cannot read `nothing.rel`: file not found");
    let empty = Place::new(&[]);
    empty.run(&["controller"]).failed("no releases found: name a release, or an environment with `--env`");
    empty.write("a.rel", "release a on deploymnt < \"a\" >\n");
    empty.run(&["controller"]).failed("a.rel: environment `deploymnt` not found; did you mean `deployment`?");
    empty.write("a.rel", "release a on deployment < \"a\"\n");
    empty.run(&["controller"]).refused(1, "a.rel:1:");
    // Other errors in a release don't matter for its environment.
    empty.write("a.rel", KNATIVE.replace("port", "prot").repeat(2));
    assert!(empty.run(&["controller"]).good().starts_with(HEAD));
}
