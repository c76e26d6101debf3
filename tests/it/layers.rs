//! The order of crates and modules, and what each may use, as ARCHITECTURE.md lists them.
//!
//! Cargo and the compiler hold the order of the crates, and clippy (`clippy.toml`) keeps the disk, the environment and the standard
//! streams out of all crates except the project and the command line. What they can't hold is tested here, over parsed `use` trees and paths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use relc_core::library::Catalog;
use syn::visit::{self, Visit};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A source file of a crate.
struct Source {
    /// Its path from the root of the repository.
    name: String,
    /// The module path, from the crate's root.
    module: Vec<String>,
    text: String,
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Returns the sources below `folder`, which is a crate's `src`.
fn sources(folder: &str) -> Vec<Source> {
    let base = root().join(folder);
    let mut paths = Vec::new();
    rust_files(&base, &mut paths);
    paths.sort();
    let source = |path: &PathBuf| {
        let relative = path.strip_prefix(&base).unwrap();
        let mut module: Vec<String> =
            relative.iter().map(|part| part.to_string_lossy().trim_end_matches(".rs").to_owned()).collect();
        if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
            module.pop();
        }
        Source { name: format!("{folder}/{}", relative.display()), module, text: fs::read_to_string(path).unwrap() }
    };
    paths.iter().map(source).collect()
}

/// Returns the sources of every crate.
fn all_sources() -> Vec<Source> {
    let mut all = sources("src");
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        all.extend(sources(&format!("crates/{name}/src")));
    }
    all
}

/// The paths that a file uses outside of its tests, relative to the crate's root for those in the same crate.
#[derive(Default)]
struct Paths {
    module: Vec<String>,
    /// Paths into this crate, without `crate`.
    own: BTreeSet<Vec<String>>,
    /// The first segments of other paths: crates, and what is in scope.
    others: BTreeSet<String>,
    /// String literals.
    literals: Vec<String>,
}

impl Paths {
    fn of(source: &Source) -> Paths {
        let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.name));
        let mut paths = Paths { module: source.module.clone(), ..Paths::default() };
        paths.visit_file(&file);
        paths
    }

    fn add(&mut self, segments: &[String]) {
        let supers = segments.iter().take_while(|segment| *segment == "super").count();
        let rest = |skip: usize| segments[skip..].iter().cloned();
        match segments.first().map(String::as_str) {
            Some("crate") => self.own.insert(rest(1).collect()),
            Some("self") => self.own.insert(self.module.iter().cloned().chain(rest(1)).collect()),
            Some("super") => {
                let kept = self.module.len().saturating_sub(supers);
                self.own.insert(self.module[..kept].iter().cloned().chain(rest(supers)).collect())
            }
            Some(first) => self.others.insert(first.to_owned()),
            None => false,
        };
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.use_tree(&path.tree, before);
                before.pop();
            }
            syn::UseTree::Name(syn::UseName { ident }) | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                before.push(ident.to_string());
                self.add(&before.clone());
                before.pop();
            }
            syn::UseTree::Glob(_) => self.add(&before.clone()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, before)),
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    let test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    };
    attributes.iter().any(test)
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_test(&item.attrs) {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &mut Vec::new());
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        // The examples of a help text are documentation.
        if !item.ident.to_string().ends_with("EXAMPLES") {
            visit::visit_item_const(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        // A path of one segment is a name in scope.
        if segments.len() > 1 {
            self.add(&segments);
        }
        visit::visit_path(self, path);
    }

    // Documentation is an attribute, too.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.literals.push(literal.value());
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let tokens: proc_macro2::TokenStream = mac.tokens.clone();
        self.tokens(tokens);
        visit::visit_macro(self, mac);
    }
}

impl Paths {
    /// Collects literals and paths in the tokens of a macro call.
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        use proc_macro2::TokenTree;
        let mut segments: Vec<String> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => segments.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == ':' => continue,
                other => {
                    if segments.len() > 1 {
                        self.add(&segments);
                    }
                    segments.clear();
                    match other {
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Literal(literal) => {
                            if let Ok(literal) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                                self.literals.push(literal.value());
                            }
                        }
                        TokenTree::Ident(_) | TokenTree::Punct(_) => {}
                    }
                }
            }
        }
        if segments.len() > 1 {
            self.add(&segments);
        }
    }
}

/// Returns the rank of each name in the first column of the table below `heading` in ARCHITECTURE.md.
fn ranks(heading: &str) -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split(&format!("## {heading}\n")).nth(1).unwrap_or_else(|| panic!("no section {heading}"));
    let section = section.split("\n## ").next().unwrap_or(section);
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| row.split(" | ").next());
    let mut ranks = BTreeMap::new();
    for (rank, cell) in rows.enumerate() {
        for name in cell.split(',') {
            ranks.insert(name.trim_matches(['`', ' ', '/']).to_owned(), rank);
        }
    }
    ranks
}

/// Returns the uses of modules that are below the file's own in the table of ARCHITECTURE.md, or not in the table.
fn out_of_order(source: &Source, ranks: &BTreeMap<String, usize>) -> Vec<String> {
    let Some(own) = source.module.first() else { return Vec::new() };
    let Some(rank) = ranks.get(own) else { return vec![format!("{}: `{own}` is not in ARCHITECTURE.md", source.name)] };
    let paths = Paths::of(source);
    let used = paths.own.iter().filter_map(|path| path.first());
    let below = used.filter(|used| ranks.get(*used).is_some_and(|used| used > rank));
    below.map(|used| format!("{}: {own} uses {used}, which is below it", source.name)).collect()
}

#[test]
fn modules_of_the_core_use_only_those_above_them() {
    let ranks = ranks("Modules of the core");
    let wrong: Vec<String> =
        sources("crates/core/src").iter().flat_map(|source| out_of_order(source, &ranks)).collect();
    assert!(ranks.len() >= 12 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The test above recognizes each way in which a module can name another one.
#[test]
fn no_way_of_naming_a_module_is_overlooked() {
    let ranks = BTreeMap::from([("value".to_owned(), 0), ("eval".to_owned(), 1)]);
    let ways = [
        "use crate::eval;",
        "use crate::{value, eval};",
        "use super::super::eval::Evaluator;",
        "fn f() { crate::eval::run() }",
        "fn f() { assert!(crate::eval::run()) }",
        "type A = Vec<crate::eval::Evaluator>;",
        "#[cfg(test)]\nmod tests;\nuse crate::eval;",
        "mod inner { use super::super::super::eval; }",
    ];
    for way in ways {
        let module = vec!["value".to_owned(), "inner".to_owned()];
        let source = Source { name: "value/inner.rs".to_owned(), module, text: way.to_owned() };
        assert_eq!(out_of_order(&source, &ranks).len(), 1, "{way}");
    }
    let test = "#[cfg(test)]\nmod tests { use crate::eval; }";
    let source = Source { name: "value.rs".to_owned(), module: vec!["value".to_owned()], text: test.to_owned() };
    assert!(out_of_order(&source, &ranks).is_empty());
}

/// Crates outside of relc that only these crates may use.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("regex-syntax", &["crates/traffic"]),
    ("pest", &["grammar", "crates/syntax"]),
    ("pest_derive", &["grammar"]),
    ("granit-parser", &["crates/core"]),
    ("miette", &["crates/render"]),
    ("codespan-reporting", &["crates/render"]),
    ("clap", &["."]),
    ("rayon", &["crates/project"]),
    ("ignore", &["crates/project"]),
    ("lsp-server", &["crates/lsp"]),
    ("lsp-types", &["crates/lsp"]),
    ("tempfile", &["crates/project", "."]),
];

#[test]
fn crates_use_only_what_is_theirs() {
    let mut crates = vec![".".to_owned(), "grammar".to_owned(), "stdlib".to_owned()];
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        crates.push(format!("crates/{}", entry.unwrap().file_name().into_string().unwrap()));
    }
    let mut wrong = Vec::new();
    for name in &crates {
        let text = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let used = manifest.get("dependencies").and_then(toml::Value::as_table).unwrap();
        for (dependency, kept_to) in KEPT_TO {
            if used.contains_key(*dependency) && !kept_to.contains(&name.as_str()) {
                wrong.push(format!("{name} uses {dependency}"));
            }
        }
    }
    assert!(crates.len() > 10 && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_is_not_known_by_name() {
    let catalog = Catalog::builtin();
    let mut names: BTreeSet<String> = catalog.environment_names().into_iter().map(str::to_owned).collect();
    for name in catalog.environment_names() {
        let environment = &catalog.environment(name).unwrap().environment;
        names.extend(environment.strategy_names().filter(|name| *name != "none").map(str::to_owned));
    }
    names.extend(fields_of_resources());
    // Keywords of the language, and fields of every Kubernetes object.
    for known in ["startsWith", "apiVersion", "matchLabels", "containerPort", "mirror", "deployment"] {
        names.remove(known);
    }
    let kubernetes = fields_of_kubernetes();
    let mut found = Vec::new();
    let is_held = |source: &&Source| {
        let is_test = source.module.iter().any(|part| part == "tests");
        // The model of traffic reads the routes of Istio, the Gateway API and Knative. It knows nothing of the language.
        !is_test && !source.name.starts_with("crates/traffic/")
    };
    for source in all_sources().iter().filter(is_held) {
        for literal in Paths::of(source).literals {
            // Fields of Kubernetes' own kinds are what its validation speaks of.
            let is_validation = source.name.starts_with("crates/core/src/validate/kube");
            let known = |word: &&str| names.contains(*word) && !(is_validation && kubernetes.contains(*word));
            let words = literal.split(|c: char| !(c.is_alphanumeric() || "-._".contains(c)));
            found.extend(words.filter(known).map(|word| format!("{}: `{word}`", source.name)));
        }
    }
    assert!(names.len() > 30 && found.is_empty(), "{}", found.join("\n"));
}

/// Returns the fields of Kubernetes' own kinds.
fn fields_of_kubernetes() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for kinds in [
        "schemas/deployments.apps.v1.schema",
        "schemas/services.v1.schema",
        "schemas/configmaps.v1.schema",
        "groups/kubernetes.group",
    ] {
        let text = fs::read_to_string(root().join("crates/schema").join(kinds)).unwrap();
        let names = text.split("\"name\":\"").skip(1).filter_map(|rest| rest.split('"').next());
        fields.extend(names.map(str::to_owned));
    }
    fields
}

/// Returns the camel-case keys of the library's objects, which are Kubernetes'.
fn fields_of_resources() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root().join("stdlib")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rel"));
    for path in paths {
        let text = fs::read_to_string(path).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let keys = line.split(':').filter_map(|before| words(before).last());
            let inner = |word: &&str| word.starts_with(char::is_lowercase) && word.contains(char::is_uppercase);
            fields.extend(keys.filter(inner).map(str::to_owned));
        }
    }
    fields
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}
