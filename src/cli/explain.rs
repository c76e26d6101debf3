//! `relc explain` and `relc rules`: descriptions and lists of rules.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;
use serde::Serialize;

use super::{Outcome, complete, report};
use crate::cli::flags::EnvironmentFlags;
use relc_lint::registry::{RuleInfo, rules};
use relc_syntax::diagnostic::{Code, nearest, quoted};

/// Explain rules and error codes.
///
/// An explanation contains what a rule reports and why, examples, what Helm does, and the source of the rule.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Explain {
    /// The name of a rule, or the code or the name of an error.
    #[arg(required = true, value_name = "RULE", add = ArgValueCandidates::new(complete::rules_and_codes))]
    names: Vec<String>,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc explain weight-zero
  relc explain E0202";

/// List all rules: errors, lint rules, and rules of environments.
#[derive(Args)]
pub struct Rules {
    /// The format of the list.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Table)]
    format: ListFormat,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

/// The formats of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// One line for each rule.
    Table,
    /// A JSON list.
    Json,
}

impl Explain {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let rules = match self.environments.search().catalog_from(Path::new("")) {
            Ok(catalog) => rules(&catalog),
            Err(message) => return report::failed(&message),
        };
        let mut text = String::new();
        for name in &self.names {
            let found = find(&rules, name);
            if found.is_empty() {
                return report::failed(&format!("rule `{name}` not found; {}", hint(&rules, name)));
            }
            for rule in found {
                let between = if text.is_empty() { "" } else { "\n" };
                writeln!(text, "{between}# {}\n\n{}\n\n{}", rule.name, rule.facts(), rule.document.text().trim())
                    .expect("a string can be written to a string");
            }
        }
        report::print(&text)
    }
}

/// Returns the rules of a name, or of the code or the name of an error. Several environments may have a rule of the same
/// name, each with its own description.
fn find<'r>(rules: &'r [RuleInfo], name: &str) -> Vec<&'r RuleInfo> {
    let named: Vec<&RuleInfo> = rules.iter().filter(|rule| rule.name == name).collect();
    if !named.is_empty() {
        return named;
    }
    let code = Code::ALL.iter().find(|code| code.id().eq_ignore_ascii_case(name) || code.name() == name);
    code.map_or_else(Vec::new, |code| rules.iter().filter(|rule| rule.codes().contains(code)).collect())
}

/// Largest number of rules that are named for a word.
const MOST_NAMED: usize = 8;

/// Returns what can be meant by a name that no rule has: the nearest name, or the rules with that word in their names.
fn hint(rules: &[RuleInfo], name: &str) -> String {
    let names = || rules.iter().map(|rule| rule.name.as_str()).chain(Code::ALL.iter().map(|code| code.name()));
    if let Some(near) = nearest(name, names()) {
        return format!("did you mean `{near}`?");
    }
    let with_word: BTreeSet<&str> = names().filter(|rule| rule.split('-').any(|word| word == name)).collect();
    if (1..=MOST_NAMED).contains(&with_word.len()) {
        return format!("did you mean one of {}?", quoted(with_word));
    }
    "`relc rules` lists them".to_owned()
}

#[derive(Serialize)]
struct Listed<'r> {
    name: &'r str,
    codes: Vec<&'static str>,
    level: &'static str,
    fix: &'static str,
    origin: String,
    summary: &'r str,
}

impl Rules {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let rules = match self.environments.search().catalog_from(Path::new("")) {
            Ok(catalog) => rules(&catalog),
            Err(message) => return report::failed(&message),
        };
        let listed: Vec<Listed<'_>> = rules
            .iter()
            .map(|rule| Listed {
                name: &rule.name,
                codes: rule.codes().iter().map(|code| code.id()).collect(),
                level: rule.level.name(),
                fix: rule.fixes.name(),
                origin: rule.origin.to_string(),
                summary: rule.document.summary(),
            })
            .collect();
        match self.format {
            ListFormat::Table => report::print(&table(&listed)),
            ListFormat::Json => {
                let text = serde_json::to_string_pretty(&listed).expect("strings are always JSON");
                report::print(&format!("{text}\n"))
            }
        }
    }
}

fn table(rules: &[Listed<'_>]) -> String {
    let width = |text: fn(&Listed<'_>) -> usize| rules.iter().map(text).max().unwrap_or(0);
    let (name, origin) = (width(|rule| rule.name.len()), width(|rule| rule.origin.len()));
    let mut out = String::new();
    for rule in rules {
        let summary = rule.summary.lines().collect::<Vec<_>>().join(" ");
        writeln!(out, "{:name$}  {:7}  {:6}  {:origin$}  {summary}", rule.name, rule.level, rule.fix, rule.origin)
            .expect("a string can be written to a string");
    }
    out
}
