//! All rules: those for every environment, and those of environments.

use std::borrow::Cow;
use std::fmt;

use super::{Check, Document, Fixes, RULES};
use relc_core::library::{Catalog, Item};
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Severity};

/// The description of a rule.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// Its name.
    pub name: String,
    /// Its level without configuration.
    pub level: Severity,
    /// True if its findings are errors of a build, too, at a level that can't be changed.
    pub required: bool,
    /// The kind of fixes that its findings have.
    pub fixes: Fixes,
    /// The part of relc that reports it.
    pub origin: Origin,
    /// Its documentation.
    pub document: Document<'static>,
}

impl RuleInfo {
    /// Returns true if it has no documentation.
    pub fn is_undocumented(&self) -> bool {
        self.document.text().trim().is_empty()
    }
}

/// The part of relc that reports a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The compiler, under these codes.
    Compiler(&'static [Code]),
    /// The compiler under these codes, if nothing can be built; otherwise the linter.
    Both(&'static [Code]),
    /// The validation of finished objects, in builds and lint alike.
    Validation,
    /// Every environment's linter.
    Linter,
    /// The linter, for what extends this part or environment.
    Environment(String),
}

impl RuleInfo {
    /// Returns the compiler's codes that belong to it.
    pub fn codes(&self) -> &'static [Code] {
        match self.origin {
            Origin::Compiler(codes) | Origin::Both(codes) => codes,
            Origin::Validation | Origin::Linter | Origin::Environment(_) => &[],
        }
    }

    /// Returns its level, origin and fixes, in a line.
    pub fn facts(&self) -> String {
        let codes: Vec<&str> = self.codes().iter().map(|code| code.id()).collect();
        let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
        let fixes = match self.fixes {
            Fixes::Never => "no fix",
            Fixes::Safe => "safe fixes",
            Fixes::Unsafe => "unsafe fixes, which need review",
        };
        format!("Level: {}. Reported by: {}{codes}. It has {fixes}.", self.level.name(), self.origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Compiler(_) => f.write_str("compiler"),
            Origin::Both(_) => f.write_str("compiler, linter"),
            Origin::Validation => f.write_str("validation"),
            Origin::Linter => f.write_str("linter"),
            Origin::Environment(part) => f.write_str(part),
        }
    }
}

/// Returns the book's page of `rules`, as Markdown.
pub fn page(rules: &[RuleInfo]) -> String {
    let mut out = String::from(
        "# Rules\n\nThis page describes every error and lint rule by its name. `relc explain NAME` prints the same description. \
         [Lint](reference/lint.md) describes levels, fixes and suppressions.\n\n\
         | rule | level | fix | reported by | description |\n|---|---|---|---|---|\n",
    );
    for group in rules.chunk_by(|a, b| a.name == b.name) {
        let rule = &group[0];
        let summary = rule.document.summary().lines().collect::<Vec<_>>().join(" ");
        let origins: Vec<String> = group.iter().map(|rule| rule.origin.to_string()).collect();
        let (level, fixes, origins) = (rule.level.name(), rule.fixes.name(), origins.join(", "));
        out.push_str(&format!("| [{0}](#{0}) | {level} | {fixes} | {origins} | {summary} |\n", rule.name));
    }
    for group in rules.chunk_by(|a, b| a.name == b.name) {
        out.push_str(&format!("\n## {}\n", group[0].name));
        for rule in group {
            let text = rule.document.text().trim().replace("\n## ", "\n### ");
            out.push_str(&format!("\n{}\n\n{text}\n", rule.facts()));
        }
    }
    out
}

/// Returns every rule, sorted by name. Loads every file of `catalog`.
pub fn rules(catalog: &Catalog) -> Vec<RuleInfo> {
    let mut rules: Vec<RuleInfo> = RULES
        .iter()
        .map(|rule| RuleInfo {
            name: rule.name.to_owned(),
            level: rule.level,
            required: matches!(rule.check, Check::Validation | Check::Proof(_)),
            fixes: rule.fixes,
            origin: match rule.check {
                Check::Compiler(codes) => Origin::Compiler(codes),
                Check::Both(codes, _) => Origin::Both(codes),
                Check::Validation => Origin::Validation,
                Check::Release(_) | Check::Traffic(_) | Check::Proof(_) | Check::Values(_) | Check::Elsewhere => {
                    Origin::Linter
                }
            },
            document: rule.document(),
        })
        .collect();
    for (module, _) in catalog.files().filter_map(|file| catalog.module(file)) {
        let library = &module.name;
        for item in module.items.values() {
            let part = match item {
                Item::Part(part) => (format!("{library}.{}", part.name.text), part),
                Item::Environment(part) => (part.name.text.to_string(), part),
                Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Fragment(_) => continue,
            };
            part.1.lints(&mut |lint| rules.push(declared(&part.0, lint)));
        }
    }
    // The sort is stable: of rules with one name, a documented one is first.
    rules.sort_by(|a, b| a.name.cmp(&b.name).then(a.is_undocumented().cmp(&b.is_undocumented())));
    // A lint statement that changes the level of another has no documentation of its own.
    rules.dedup_by(|next, kept| next.name == kept.name && next.is_undocumented());
    rules
}

fn declared(part: &str, lint: &ast::Lint) -> RuleInfo {
    let fixes = match lint.report.fixes.as_slice() {
        [] => Fixes::Never,
        fixes if fixes.iter().any(|fix| fix.unsafe_) => Fixes::Unsafe,
        _ => Fixes::Safe,
    };
    RuleInfo {
        name: lint.name.text.to_string(),
        level: lint.level,
        required: lint.required,
        fixes,
        origin: Origin::Environment(part.to_owned()),
        document: Document::new(Cow::Owned(lint.doc.clone().unwrap_or_default())),
    }
}
