//! Tests of answers at a position, which `‸` marks.

use super::*;
use relc_core::compile::{self, Input, LoadedFile, Loader, Options, Text, link_file};
use relc_core::hir::{Definition, ReleaseField, VersionField};
use relc_core::library::Catalog;
use relc_syntax::source::Span;

mod positions;

const AT: &str = "‸";

/// Asks `question` at the place that `text` marks.
fn ask<R>(text: &str, syntax: Syntax, question: impl FnOnce(&FileContext<'_>, usize) -> R) -> R {
    let offset = text.find(AT).expect("the text marks a place");
    let text = text.replace(AT, "");
    let environments = Environments::new(Catalog::builtin());
    let named = || Text { name: "page.rel".to_owned(), text: text.clone() };
    let read = match syntax {
        Syntax::Rel => ParsedFile::linked(link_file(named(), Catalog::builtin(), &Beside)),
        Syntax::Yaml => ParsedFile::alone(&text, syntax),
    };
    let open = || compile::load(Input::Rel(named()), &Options::default(), Catalog::builtin(), &Beside);
    question(&FileContext { syntax, text: &text, environments: &environments, read: &read, open: &open }, offset)
}

/// A file `common.rel` beside the page.
struct Beside;

const COMMON: &str = "/// What all have.\nlet base = { port: 80 }\nfragment twice(x: string) = \"{x}{x}\"\n";

impl Loader for Beside {
    fn load(&self, _from: &str, path: &str) -> Result<LoadedFile, String> {
        match path {
            "common.rel" => Ok(LoadedFile { name: path.to_owned(), text: COMMON.to_owned() }),
            _ => Err("file not found".to_owned()),
        }
    }
}

/// Returns the entries of the page's directory.
fn list(directory: &str) -> Vec<Listed> {
    let listed = |name: &str, is_directory| Listed { name: name.to_owned(), is_directory };
    match directory {
        "" => vec![listed("common.rel", false), listed("env.yaml", false), listed("more", true)],
        "more" => vec![listed("deep.json", false)],
        _ => Vec::new(),
    }
}

fn labels(text: &str, syntax: Syntax) -> Vec<String> {
    ask(text, syntax, |page, offset| complete(page, offset, &list))
        .into_iter()
        .map(|candidate| candidate.label)
        .collect()
}

fn has(text: &str, syntax: Syntax, wanted: &[&str]) {
    let found = labels(text, syntax);
    for wanted in wanted {
        assert!(found.iter().any(|label| label == wanted), "{wanted} is not among {found:?} at {text}");
    }
}

#[test]
fn a_header_takes_environments_and_strategies() {
    has("release a on ‸", Syntax::Rel, &["deployment", "knative-istio"]);
    has("release a on depl‸ < \"x\" >", Syntax::Rel, &["deployment-istio"]);
    has("release a on deployment-istio ‸ <\n  \"x\"\n>\n", Syntax::Rel, &["canary", "mirror"]);
    has("‸", Syntax::Rel, &["release", "let"]);
}

#[test]
fn fields_are_those_of_the_scope_at_any_depth() {
    has("release a on deployment { ‸ } < \"x\" >", Syntax::Rel, &["namespace", "names", "port", "replicas"]);
    has("release a on deployment <\n  v1 \"x\" { ‸ }\n>\n", Syntax::Rel, &["port", "env", "readiness"]);
    let deep = "release a on deployment <\n  v1 \"x\" { deploymentSpecification: { spec: { template: { spec: { containers: [{ im‸ }] } } } } }\n>\n";
    has(deep, Syntax::Rel, &["image", "imagePullPolicy"]);
    // What is there already is not offered again.
    let labels = labels("release a on deployment <\n  v1 \"x\" { port: 80, ‸ }\n>\n", Syntax::Rel);
    assert!(!labels.contains(&"port".to_owned()), "{labels:?}");
}

#[test]
fn a_broken_file_completes() {
    has("let x = {\n\nrelease a on deployment <\n  v1 \"x\" { por‸\n", Syntax::Rel, &["port"]);
    has(
        "release a on deployment-istio canary <\n  v1 \"x\" { resources: { ‸\n>\nrelease b on\n",
        Syntax::Rel,
        &["limits"],
    );
}

#[test]
fn values_of_enums_are_offered() {
    has("release a on deployment { names: ‸ } < \"x\" >", Syntax::Rel, &["labels"]);
    let deep = "release a on deployment <\n  v1 \"x\" { resources: {}, deploymentSpecification: { spec: { strategy: { type: ‸ } } } }\n>\n";
    has(deep, Syntax::Rel, &["Recreate", "RollingUpdate"]);
}

#[test]
fn a_value_is_no_place_for_keys() {
    let text = "let one = 80\nrelease a on deployment { port: ‸ } < \"x\" >\n";
    assert_eq!(labels(text, Syntax::Rel), ["one"]);
}

#[test]
fn values_files_complete() {
    has("environment: ‸\napplication:\n  versions: []\n", Syntax::Yaml, &["kserve"]);
    has("environment: deployment-istio\napplication:\n  strategy: ‸\n", Syntax::Yaml, &["canary"]);
    has(
        "environment: deployment\napplication:\n  versions:\n  - image: x\n    ‸\n",
        Syntax::Yaml,
        &["port", "env", "weight"],
    );
    has("environment: deployment\napplication:\n  ‸\n  versions: []\n", Syntax::Yaml, &["strategy", "port"]);
    // What the core and the fields both have a key for is one key.
    let keys = labels("environment: deployment\napplication:\n  ‸\n  versions: []\n", Syntax::Yaml);
    assert_eq!(keys.iter().filter(|key| *key == "metadata").count(), 1, "{keys:?}");
}

#[test]
fn a_field_tells_its_type_its_default_and_what_it_is_for() {
    let told = |text| ask(text, Syntax::Rel, hover).expect("something is said").text;
    let port = told("release a on deployment < v1 \"x\" { po‸rt: 80 } >");
    assert!(port.contains("**port**: a whole number, 1 to 65535") && port.contains("Default: `80`"), "{port}");
    assert!(told("release a on depl‸oyment < \"x\" >").contains("Strategies: `none`"));
    let deep = told("release a on deployment < v1 \"x\" { resources: { li‸mits: { cpu: \"1\" } } } >");
    assert!(deep.contains("**limits**"), "{deep}");
    let share = told("release a on deployment-istio blue-green <\n  v1 30% \"x\"\n  v‸2 \"y\"\n>\n");
    assert!(share.contains("70%"), "{share}");
    let yaml = ask("environment: deployment\napplication:\n  versions:\n  - im‸age: x\n", Syntax::Yaml, hover);
    assert!(yaml.expect("something is said").text.contains("**image**"));
}

#[test]
fn names_lead_to_their_declarations() {
    let to = |text| ask(text, Syntax::Rel, definition);
    let Some(Target::There(span)) = to("release a on deployment < v1 \"x\" { po‸rt: 80 } >") else {
        panic!("no place")
    };
    assert_eq!(Catalog::builtin().sources().text(span), "port");
    let text = "let tag = \"1\"\nrelease a on deployment < v1 \"x:{t‸ag}\" >\n";
    assert_eq!(to(text), Some(Target::Here(4..7)));
    let file = to("release a on deployment { env: file(\"e‸nv.json\") } < \"x\" >");
    assert_eq!(file, Some(Target::File("env.json".to_owned())));
}

/// The texts of the places of the name that is marked, as far as they are on the page.
fn places(text: &str) -> Option<Vec<Occurrence>> {
    ask(text, Syntax::Rel, |page, offset| Some(occurrences(page, &named(page, offset)?)))
}

#[test]
fn a_name_is_known_at_all_of_its_places() {
    let found = places("let po‸rt = 80\nlet o = { port }\nrelease a on deployment { port: port } < \"x\" >\n");
    let found = found.expect("it is a name");
    assert_eq!((found.len(), found[0].declares), (3, true));
    assert_eq!(found.iter().filter(|place| place.shorthand).count(), 1);
    // What a loop calls so is something else.
    let looped = places("let x‸s = [1]\nlet l = [for x in xs: x]\n").expect("it is a name");
    assert_eq!(looped.len(), 2);
    assert_eq!(places("let xs = [1]\nlet l = [for x in xs: ‸x]\n").expect("it is a name").len(), 2);
}

#[test]
fn the_interpolations_of_a_when_are_references() {
    let text = |declaration: &str, rest: &str| {
        format!(
            "{declaration}release a on deployment-istio canary <\n  v1 \"x\"\n  v2 \"y\" when header user is \"{rest}\" and path prefix \"/{{who}}\"\n>\n"
        )
    };
    for declaration in ["let w‸ho = \"web\"\n", "param w‸ho: string = \"web\"\n"] {
        assert_eq!(places(&text(declaration, "{who}")).expect("it is a name").len(), 3, "{declaration}");
        let here = text(&declaration.replace(AT, ""), "{wh‸o}");
        assert_eq!(places(&here).expect("it is a name").len(), 3, "{declaration}");
        let start = declaration.find("who").or_else(|| declaration.find("w‸ho")).expect("it is there");
        assert_eq!(ask(&here, Syntax::Rel, definition), Some(Target::Here(start..start + 3)));
        assert!(ask(&here, Syntax::Rel, hover).expect("something is said").text.starts_with("**who**"));
    }
}

#[test]
fn what_a_lint_loops_over_is_known_where_it_speaks() {
    let text = "part p {\n  settings { keys: [string] = [] }\n  lint a-rule error at key {\n    for k‸ey in settings.keys\n    when key == \"a\"\n    \"`{key}` is no key\"\n  }\n}\n";
    assert_eq!(places(text).expect("it is a name").len(), 4);
}

/// A part with a member of each scope, and an environment of it.
const PART: &str = "import kube, iter8

/// How a shop is run.
part shop {
  settings { /// A door.
    door: string = \"front\" }
  version {
    /// What is sold.
    headline ware: string
    shared port: kube.Port = 80
    let sign = \"{v.ware} at {settings.door}\"
  }
  open let count: int = 1
  fragment label(of: Version) = \"{of.sign}{of.port}\"
  let all = [for one in versions: label(one)]
}

environment market extends shop, iter8.tracked {
  let count = 2
  strategy none { emit { first: primary.sign, more: count, with: label(of: primary) } }
}
";

/// The line of `PART` on which the name at the place behind `before` is declared.
fn declared(before: &str) -> Option<String> {
    let at = PART.find(before).expect("it is there") + before.len();
    let text = format!("{}{AT}{}", &PART[..at], &PART[at..]);
    match ask(&text, Syntax::Rel, definition)? {
        Target::Here(range) => Some(PART[..range.end].rsplit('\n').next().unwrap_or("").trim().to_owned()),
        Target::There(span) => Some(Catalog::builtin().sources().text(span).to_owned()),
        Target::File(path) => Some(path),
    }
}

#[test]
fn names_of_parts_lead_to_their_declarations() {
    assert_eq!(declared("\"{v.wa").as_deref(), Some("headline ware"));
    assert_eq!(declared("{settings.do").as_deref(), Some("door"));
    assert_eq!(declared("of.si").as_deref(), Some("let sign"));
    assert_eq!(declared("{of.sign}{of.po").as_deref(), Some("shared port"));
    assert_eq!(declared("versions: lab").as_deref(), Some("fragment label"));
    assert_eq!(declared("label(on").as_deref(), Some("let all = [for one"));
    assert_eq!(declared("primary.si").as_deref(), Some("let sign"));
    assert_eq!(declared("with: label(o").as_deref(), Some("fragment label(of"));
    // What fills a hole is of the hole's name, and so is what reads it.
    assert_eq!(declared("{\n  let cou").as_deref(), Some("open let count"));
    assert_eq!(declared("more: cou").as_deref(), Some("open let count"));
    assert_eq!(declared("extends sh").as_deref(), Some("part shop"));
    assert_eq!(declared("iter8.trac").as_deref(), Some("tracked"));
    assert_eq!(declared("kube.Po").as_deref(), Some("Port"));
}

#[test]
fn a_version_is_known_by_what_it_is_taken_from() {
    let to = |rest: &str| {
        let text = format!("part p {{\n  version {{ ware: string }}\n{rest}\n}}\n");
        ask(&text, Syntax::Rel, |page, offset| match definition(page, offset)? {
            Target::Here(range) => Some(page.text[range].to_owned()),
            Target::There(_) | Target::File(_) => None,
        })
    };
    for rest in [
        "  let first = versions[0]\n  let w = first!.wa‸re",
        "  let most = [for v2 in others: v2]\n  let all = [for one in most: one.wa‸re]",
        "  fragment next(): Version = primary\n  let w = next().wa‸re",
        "  fragment of(one: Version) = one\n  let w = of(one: primary).wa‸re",
        "  let w = (last(others) ?? primary).wa‸re",
    ] {
        assert_eq!(to(rest).as_deref(), Some("ware"), "{rest}");
    }
    assert_eq!(to("  let o = { ware: 1 }\n  let w = o.wa‸re"), None);
}

#[test]
fn what_is_replaced_is_declared_in_its_own_scope() {
    let text =
        "part a {\n  version { let sign: string = \"a\" }\n}\npart b extends a {\n  replace let si‸gn = \"b\"\n}\n";
    let start = text.find("sign").expect("it is there");
    assert_eq!(ask(text, Syntax::Rel, definition), Some(Target::Here(start..start + 4)));
    assert_eq!(places(text).expect("it is a name").len(), 2);
}

#[test]
fn names_of_parts_are_explained() {
    let told = |before: &str| {
        let at = PART.find(before).expect("it is there") + before.len();
        ask(&format!("{}{AT}{}", &PART[..at], &PART[at..]), Syntax::Rel, hover).expect("something is said").text
    };
    assert!(told("\"{v.wa").contains("What is sold."), "{}", told("\"{v.wa"));
    assert!(told("{settings.do").contains("door: string = \"front\""));
    assert!(told("extends sh").contains("How a shop is run."));
    assert!(told("kube.Po").contains("int 1..65535"));
    assert!(told("emit { first: prim").contains("the first version"));
}

#[test]
fn kinds_complete_and_are_explained() {
    has("type A = kind \"auto‸", Syntax::Rel, &["autoscaling/v2", "apps/v1", "monitoring.coreos.com/v1"]);
    has("type A = kind \"autoscaling/v2\" \"‸\"", Syntax::Rel, &["HorizontalPodAutoscaler"]);
    has("fragment f(a: [kind \"keda.sh/v1alpha1\" \"Sc‸", Syntax::Rel, &["ScaledObject", "ScaledJob"]);
    assert!(!labels("let a = \"kind\" == \"‸\"", Syntax::Rel).contains(&"apps/v1".to_owned()));
    let told = ask("type A = kind \"autoscaling/v2\" \"Horizontal‸PodAutoscaler\"\n", Syntax::Rel, hover);
    let told = told.expect("something is said").text;
    assert!(
        told.starts_with("**HorizontalPodAutoscaler** of `autoscaling/v2`") && told.contains("`minReplicas`"),
        "{told}"
    );
    assert!(told.contains("#horizontalpodautoscaler-v2-autoscaling), Kubernetes 1.34"), "{told}");
}

/// Members of a library have a hover, also where a part has them by what it extends.
#[test]
fn members_of_libraries_are_explained() {
    let told = |text: &str| ask(text, Syntax::Rel, hover).expect("something is said").text;
    assert!(told("import kube\nfragment p() = kube.hos‸ts(\"a\", \"b\")\n").contains("a fragment"));
    let part = "import kube\npart a extends kube.deployed, kube.container {\n  version { let x = NAME }\n}\n";
    assert!(told(&part.replace("NAME", "contai‸ner(v, \"a\", 80)")).contains("a fragment"));
    assert!(told(&part.replace("NAME", "v.metada‸ta")).contains("metadata"));
}

#[test]
fn parts_complete() {
    let at = |before: &str, written: &str| {
        let at = PART.find(before).expect("it is there") + before.len();
        // A statement has a line by itself.
        let end = if written.starts_with(' ') { "\n" } else { "" };
        labels(&format!("{}{written}{AT}{end}{}", &PART[..at], &PART[at..]), Syntax::Rel)
    };
    let holds = |found: Vec<String>, wanted: &[&str]| {
        wanted.iter().for_each(|wanted| assert!(found.iter().any(|label| label == wanted), "{wanted}: {found:?}"));
    };
    // On a line with nothing else.
    let alone = PART.replacen("    let sign", &format!("    {AT}\n    let sign"), 1);
    holds(labels(&alone, Syntax::Rel), &["let", "headline", "emit"]);
    holds(at("port: kube.Port = 80\n", "    let x = v."), &["v.ware", "v.port", "v.sign"]);
    holds(at("port: kube.Port = 80\n", "    let x: kube."), &["kube.Port", "kube.Image"]);
    holds(at("port: kube.Port = 80\n", "    let x = "), &["label", "count", "merge", "settings"]);
    let version: Vec<&str> = VersionField::words().chain(["ware", "port", "sign"]).collect();
    let release: Vec<&str> = ReleaseField::words().collect();
    for (owner, fields) in [("v", &version), ("primary", &version), ("release", &release)] {
        let wanted: Vec<String> = fields.iter().map(|field| format!("{owner}.{field}")).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        holds(at("port: kube.Port = 80\n", &format!("    let x = {owner}.")), &wanted);
    }
    // What a loop or a fragment binds to a version has the same, and is offered itself.
    holds(at("versions: label(one)", ", for one in others: one."), &["one.tracked", "one.sign"]);
    let label = PART.replace("\"{of.sign}{of.port}\"", &format!("of.{AT}"));
    holds(labels(&label, Syntax::Rel), &["of.weight", "of.ware"]);
    holds(at("for one in versions: ", "o"), &["one", "label"]);
}

#[test]
fn what_is_imported_is_known() {
    let text = "import \"common.rel\" as c\nlet port = c.ba‸se\n";
    let Some(Target::There(span)) = ask(text, Syntax::Rel, definition) else { panic!("no place") };
    assert_eq!(span.range(), COMMON.find("base").expect("it is there")..COMMON.find(" = ").expect("it is there"));
    assert!(ask(text, Syntax::Rel, hover).expect("something is said").text.contains("What all have."));
    let alias = ask("import \"common.rel\" as ‸c\n", Syntax::Rel, hover).expect("something is said");
    assert!(alias.text.contains("`base`, `twice`"), "{}", alias.text);
    has("import \"common.rel\" as c\nlet x = c.‸\n", Syntax::Rel, &["c.base", "c.twice"]);
}

#[test]
fn a_file_that_can_be_named_is_offered() {
    has("release a on deployment { env: file(\"‸\") } < \"x\" >", Syntax::Rel, &["env.yaml", "more/"]);
    assert_eq!(labels("let a = file(\"more/de‸\")\n", Syntax::Rel), ["deep.json"]);
    assert_eq!(labels("import \"‸\" as c\n", Syntax::Rel), ["common.rel", "more/"]);
}

#[test]
fn words_of_the_language_are_offered_where_they_stand() {
    let when = "release a on deployment-istio canary <\n  \"x\"\n  \"y\" when ‸\n>\n";
    assert_eq!(labels(when, Syntax::Rel), ["header", "query", "path", "method"]);
    assert_eq!(labels(&when.replace(AT, "header end-user ‸"), Syntax::Rel), ["is", "prefix", "matches"]);
    assert_eq!(
        labels(&when.replace(AT, "path prefix \"/a\" and ‸"), Syntax::Rel),
        ["header", "query", "path", "method"]
    );
    let libraries = labels("import kube, ‸\n", Syntax::Rel);
    assert!(libraries.contains(&"iter8".to_owned()) && !libraries.contains(&"kube".to_owned()), "{libraries:?}");
    has("import istio\npart own {}\nenvironment e extends ‸ {}\n", Syntax::Rel, &["istio.routed", "own", "deployment"]);
    assert!(!labels("import istio\nenvironment e extends ‸ {}\n", Syntax::Rel).contains(&"istio.Match".to_owned()));
    let types = labels("import kube\npart p {\n  let a: ‸\n}\n", Syntax::Rel);
    assert!(types.contains(&"kube.Port".to_owned()) && !types.contains(&"merge".to_owned()), "{types:?}");
}

#[test]
fn keys_of_maps_are_those_of_other_maps_of_the_name() {
    let text = "release a on deployment <\n  v1 \"x\" { labels: { \"app.kubernetes.io/part-of\": \"shop\", team: \"a\" } }\n  v2 \"y\" { labels: { team: \"b\", ‸ } }\n>\n";
    let found = ask(text, Syntax::Rel, |page, offset| complete(page, offset, &list));
    let found: Vec<(&str, &str)> = found.iter().map(|found| (&*found.label, &*found.text)).collect();
    // Those of the file are before those that are usual.
    assert_eq!(found[0], ("app.kubernetes.io/part-of", "\"app.kubernetes.io/part-of\": "));
    assert!(found.iter().all(|(label, _)| *label != "team"), "{found:?}");
    let yaml = "environment: deployment\napplication:\n  metadata:\n    labels:\n      team: a\n  versions:\n  - image: x\n    metadata:\n      labels:\n        ‸\n";
    assert_eq!(labels(yaml, Syntax::Yaml)[0], "team");
}

#[test]
fn a_label_follows_on_those_before_it() {
    let text = "release a on deployment <\n  v1 \"x\"\n  ‸ \"y\"\n>\nrelease b on deployment <\n  next \"x\"\n>\n";
    assert_eq!(labels(text, Syntax::Rel), ["next", "v2"]);
}

#[test]
fn a_version_tells_its_objects() {
    let text = "release a on deployment-istio canary <\n  v1 \"x\"\n  v‸2 \"y\"\n>\n";
    let told = ask(text, Syntax::Rel, hover).expect("something is said").text;
    assert!(told.contains("`Service/a-1`, `Deployment/a-1`"), "{told}");
}

/// Returns the traffic share in the hover of the second version's label.
fn share(header: &str, versions: [&str; 2]) -> String {
    let [first, second] = versions;
    let text = format!("release a on {header} <\n  {first}\n  ‸{second}\n>\n");
    let text = ask(&text, Syntax::Rel, hover).expect("a label has a hover").text;
    text.lines().find(|line| line.starts_with("Gets ")).unwrap_or_default().to_owned()
}

#[test]
fn a_version_gets_the_share_that_is_built() {
    let split = "deployment-istio blue-green";
    let gets = |share: &str| format!("Gets {share} of traffic while all versions are ready.");
    assert_eq!(share(split, ["v1 30 \"x\"", "v2 \"y\""]), gets("62.5% (50 of 80)"));
    assert_eq!(share(split, ["v1 \"x\"", "v2 \"y\""]), gets("50%"));
    assert_eq!(share(split, ["v1 \"x\"", "v2 30% \"y\""]), gets("30%"));
    assert_eq!(share(split, ["v1 1 \"x\"", "v2 2 \"y\""]), gets("66.7% (2 of 3)"));
    assert_eq!(share("knative blue-green", ["v1 \"x\"", "v2 20 \"y\""]), gets("20%"));
    for refused in [["v1 30 \"x\"", "v2 20 \"y\""], ["v1 70% \"x\"", "v2 20 \"y\""]] {
        assert_eq!(share("knative blue-green", refused), "", "{refused:?}");
    }
    for strategy in ["mirror", "canary", "none"] {
        assert_eq!(share(&format!("deployment-istio {strategy}"), ["v1 30 \"x\"", "v2 20 \"y\""]), "", "{strategy}");
    }
    assert_eq!(share(split, ["v1 0 \"x\"", "v2 0 \"y\""]), "");
}

#[test]
fn keys_of_objects_lead_to_where_they_are_explained() {
    let text = "release a on deployment < v1 \"x\" { resources: { li‸mits: {} } } >";
    let told = ask(text, Syntax::Rel, hover).expect("something is said").text;
    assert!(told.contains("https://kubernetes.io/docs/"), "{told}");
}

#[test]
fn words_are_told_by_what_they_mean() {
    let text = "let tag = \"1\"\nrelease a on deployment-istio canary { names: labels } <\n  v1 \"x:{tag}\" { port: 80 }\n>\n‸";
    let found = ask(text, Syntax::Rel, |page, _| {
        let of = |token: &Token| (page.text[token.range.clone()].to_owned(), token.kind, token.is_builtin);
        tokens(page).iter().map(of).collect::<Vec<_>>()
    });
    let expected = [
        ("tag", TokenKind::Variable, false),
        ("deployment-istio", TokenKind::Namespace, true),
        ("canary", TokenKind::Strategy, true),
        ("names", TokenKind::Property, true),
        ("labels", TokenKind::Member, false),
        ("v1", TokenKind::Label, false),
        ("tag", TokenKind::Variable, false),
        ("port", TokenKind::Property, true),
    ];
    assert_eq!(found, expected.map(|(text, kind, builtin)| (text.to_owned(), kind, builtin)));
}

#[test]
fn every_name_of_the_library_is_where_it_is_said_to_be() {
    let catalog = Catalog::builtin();
    let sources = catalog.sources();
    let environments = Environments::new(catalog);
    let mut count = 0;
    for name in catalog.libraries() {
        let (module, _) = catalog.library(name).expect("it is there");
        let text = sources.file(module.file).text();
        let file = catalog.tree(module.file).expect("it has one").clone();
        let linked = compile::LinkedFile { sources: sources.clone(), file: module.file, ast: file, module };
        let read = ParsedFile::linked(linked);
        let open = || compile::load(Input::Values(Vec::new()), &Options::default(), catalog, &Beside);
        let page = FileContext { syntax: Syntax::Rel, text, environments: &environments, read: &read, open: &open };
        for reference in page.names().references() {
            let written = &text[reference.range.clone()];
            if let (Some(span), false) =
                (reference.definition.declared(), matches!(reference.definition, Definition::Library(_)))
            {
                assert_eq!(sources.text(Span { ..span }), written, "in {name} at {:?}", reference.range);
                count += 1;
            }
        }
    }
    assert!(count > 1_000, "{count} names");
}

#[test]
fn a_percent_that_is_left_is_shown() {
    let text = "release a on deployment-istio blue-green <\n  v1 30% \"x\"\n  v2 \"y\"\n>\n‸";
    let hints = ask(text, Syntax::Rel, |page, _| hints(page));
    assert_eq!(hints.iter().map(|hint| hint.text.as_str()).collect::<Vec<_>>(), [" port: 80", " 70%", " port: 80"]);
}

#[test]
fn a_file_has_an_outline_and_folds() {
    let text = "let a = 1\nrelease b on deployment <\n  v1 \"x\"\n>\n‸";
    let symbols = ask(text, Syntax::Rel, |page, _| symbols(page));
    assert_eq!(symbols.iter().map(|symbol| symbol.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(symbols[1].children[0].name, "v1");
    assert_eq!(ask(text, Syntax::Rel, |page, _| folds(page)).len(), 1);
}

#[test]
fn the_outline_of_values_goes_as_deep_as_it_is_read() {
    let text = "environment: deployment\napplication:\n  versions:\n  - image: x\n    deploymentSpecification:\n      spec:\n        replicas: 1\n        template:\n          metadata:\n            labels: {a: b}\n‸";
    let symbols = ask(text, Syntax::Yaml, |page, _| symbols(page));
    let mut names = Vec::new();
    fn gather(symbols: &[Symbol], names: &mut Vec<String>) {
        for symbol in symbols {
            names.push(symbol.name.clone());
            gather(&symbol.children, names);
        }
    }
    gather(&symbols, &mut names);
    let expected = [
        "environment",
        "application",
        "versions",
        "image",
        "deploymentSpecification",
        "spec",
        "template",
        "metadata",
        "labels",
    ];
    assert_eq!(names, expected);
}
