//! Which findings are told: `relc.toml`, the command line's choice of rules, comments, a baseline.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::loader::CONFIGURATION;
use super::read;
use crate::compile::Opened;
use crate::config::{Config, Scope};
use crate::diagnostic::{Diagnostic, Severity, Topic};
use crate::env::Catalog;
use crate::lint::control::{Baseline, Known, Obsolete, Suppressions};
use crate::lint::known::{self, KnownRule, Origin};
use crate::source::SourceFile;

/// What the command line says of rules.
#[derive(Clone)]
pub struct Choice {
    /// `--select` and `--ignore`.
    pub scope: Scope,
    /// `--config FILE`; else the nearest `relc.toml` of each file.
    pub config: Option<PathBuf>,
    /// Whether comments are heard.
    pub comments: Comments,
}

/// Whether comments that allow findings are heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// They are.
    Heard,
    /// `--no-suppressions`.
    Ignored,
}

/// The way of findings from the rules to the report.
pub struct Gate {
    choice: Choice,
    rules: Vec<KnownRule>,
    /// The configuration for files of a directory, with the directory that holds it.
    configs: RefCell<HashMap<PathBuf, Rc<Held>>>,
    baseline: Baseline,
}

/// A configuration and the directory that its paths begin at.
struct Held {
    config: Config,
    root: PathBuf,
}

impl Gate {
    /// The gate of a run.
    ///
    /// # Errors
    /// Rules that do not exist, a configuration or baseline that cannot be read.
    pub fn new(choice: Choice, baseline: Option<&Path>, catalog: &Catalog) -> Result<Gate, String> {
        let rules = known::known(catalog);
        let gate = Gate { choice, rules, configs: RefCell::default(), baseline: baseline_of(baseline)? };
        gate.check_scope()?;
        if let Some(path) = &gate.choice.config {
            gate.configured(path)?;
        }
        Ok(gate)
    }

    fn names(&self) -> Vec<&str> {
        self.rules.iter().map(|rule| rule.name.as_str()).collect()
    }

    fn check_scope(&self) -> Result<(), String> {
        let names = self.names();
        let scope = &self.choice.scope;
        for (flag, rule) in { scope.select.iter().flatten().map(|rule| ("--select", rule)) }
            .chain(scope.ignore.iter().map(|rule| ("--ignore", rule)))
        {
            if !names.contains(&rule.as_str()) {
                let near = crate::diagnostic::nearest(rule, names.iter().copied());
                let hint = near.map_or("`relc rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
                return Err(format!("`{flag}`: there is no rule `{rule}`; {hint}"));
            }
        }
        Ok(())
    }

    /// The findings of `opened` that are to be told, at their levels.
    ///
    /// # Errors
    /// A `relc.toml` on the way up from one of its files that cannot be read.
    pub fn pass(&mut self, opened: &Opened, findings: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, String> {
        let mut heard = Suppressions::default();
        if self.choice.comments == Comments::Heard {
            opened.commented(&mut |file| heard.read(file));
        }
        let mut findings = heard.apply(findings);
        if !heard.is_empty() {
            let compiler = |rule: &&KnownRule| matches!(rule.origin, Origin::Compiler(_));
            let name = |rule: &KnownRule| -> String { rule.name.clone() };
            let compiler: Vec<String> = self.rules.iter().filter(compiler).map(name).collect();
            let known = Known { rules: self.names(), compiler: compiler.iter().map(String::as_str).collect() };
            findings.extend(heard.findings(&known, |rule| self.chosen(rule)));
            findings.sort_by_key(|finding| (finding.span.file, finding.span.start));
        }
        let mut told = Vec::with_capacity(findings.len());
        for finding in findings {
            let level = self.level(opened.sources.file(finding.span.file), &finding)?;
            let Some(severity) = level else { continue };
            let finding = Diagnostic { severity, ..finding };
            if !self.baseline.take(&opened.sources, &finding) {
                told.push(finding);
            }
        }
        Ok(told)
    }

    /// Whether the command line asks `rule`.
    fn chosen(&self, rule: &str) -> bool {
        let Scope { select, ignore } = &self.choice.scope;
        select.as_ref().is_none_or(|names| names.iter().any(|name| name == rule))
            && !ignore.iter().any(|name| name == rule)
    }

    fn level(&self, file: &SourceFile, finding: &Diagnostic) -> Result<Option<Severity>, String> {
        let Topic::Rule(rule) = &finding.code else { return Ok(Some(finding.severity)) };
        let path = std::path::absolute(file.name()).unwrap_or_else(|_| PathBuf::from(file.name()));
        let held = match &self.choice.config {
            Some(config) => self.configured(config)?,
            None => self.nearest(path.parent().unwrap_or(Path::new("/")))?,
        };
        let relative = path.strip_prefix(&held.root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        Ok(held.config.level(&self.choice.scope, &relative, rule, finding.severity))
    }

    /// The configuration at `path`, read once.
    fn configured(&self, path: &Path) -> Result<Rc<Held>, String> {
        if let Some(held) = self.configs.borrow().get(path) {
            return Ok(Rc::clone(held));
        }
        let text = fs::read_to_string(path)
            .map_err(|error| format!("cannot read `{}`: {}", path.display(), read::reason(&error)))?;
        let config = Config::read(&text).and_then(|config| config.check(&self.names()).map(|()| config));
        let config = config.map_err(|error| error.shown(&path.display().to_string(), &text))?;
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let held = Rc::new(Held { config, root: full.parent().unwrap_or(Path::new("/")).to_owned() });
        self.configs.borrow_mut().insert(path.to_owned(), Rc::clone(&held));
        Ok(held)
    }

    /// The configuration of files in `directory`: the nearest upwards, else none.
    fn nearest(&self, directory: &Path) -> Result<Rc<Held>, String> {
        if let Some(held) = self.configs.borrow().get(directory) {
            return Ok(Rc::clone(held));
        }
        let found = directory.ancestors().map(|directory| directory.join(CONFIGURATION)).find(|path| path.is_file());
        let held = match found {
            Some(path) => self.configured(&path)?,
            None => Rc::new(Held { config: Config::default(), root: directory.to_owned() }),
        };
        self.configs.borrow_mut().insert(directory.to_owned(), Rc::clone(&held));
        Ok(held)
    }

    /// What the baseline holds and no finding of the run needs.
    pub fn obsolete(&self) -> Vec<Obsolete> {
        self.baseline.obsolete().collect()
    }
}

fn baseline_of(path: Option<&Path>) -> Result<Baseline, String> {
    let Some(path) = path else { return Ok(Baseline::default()) };
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read the baseline `{}`: {}", path.display(), read::reason(&error)))?;
    Baseline::read(&text).map_err(|error| format!("`{}` is no baseline: {error}", path.display()))
}
