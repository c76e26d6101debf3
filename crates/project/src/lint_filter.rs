//! Selects the diagnostics to report, by `relc.toml`, the command line's selection of rules, comments, and a baseline.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::config::{self, Config, RuleScope};
use crate::inputs::display_path;
use crate::loader::{CONFIGURATION, normalize};
use crate::read;
use relc_core::compile::LoadedInput;
use relc_core::library::Catalog;
use relc_lint::registry::{self, RuleInfo};
use relc_lint::report::{Baseline, CommentedFile, Obsolete, RuleNames, Suppressions};
use relc_syntax::diagnostic::{Diagnostic, Severity, Topic};
use relc_syntax::source::FileId;

/// The selection of rules on the command line.
#[derive(Clone)]
pub struct RuleSelection {
    /// `--select` and `--ignore`.
    pub scope: RuleScope,
    /// `--config FILE`; otherwise the nearest `relc.toml` of each file.
    pub config: Option<PathBuf>,
    /// The treatment of suppression comments.
    pub comments: Comments,
}

/// The treatment of suppression comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// Comments apply.
    Applied,
    /// `--no-suppressions`: comments are ignored.
    Ignored,
}

/// Filters diagnostics between the rules and the report.
pub struct LintFilter {
    choice: RuleSelection,
    rules: Vec<RuleInfo>,
    /// The configuration for the files in a directory.
    configs: RefCell<HashMap<PathBuf, Rc<LoadedConfig>>>,
    known: Option<Entries>,
}

/// A baseline in use.
struct Entries {
    baseline: Baseline,
    names: BaselinePaths,
    /// The files checked in this run, by their names in the baseline.
    seen: HashSet<String>,
}

/// The names of files in a baseline: relative to its directory, so that they don't depend on the working directory.
pub struct BaselinePaths {
    root: PathBuf,
}

impl BaselinePaths {
    /// Returns the names for the baseline at `path`.
    pub fn new(path: &Path) -> BaselinePaths {
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        BaselinePaths { root: normalize(full.parent().unwrap_or(Path::new("/"))) }
    }

    /// Returns the name in the baseline of the file that reports call `name`.
    pub fn name(&self, name: &str) -> String {
        let full = std::path::absolute(name).map(|full| normalize(&full)).unwrap_or_else(|_| PathBuf::from(name));
        let path = full.strip_prefix(&self.root).unwrap_or(Path::new(name));
        path.to_string_lossy().replace('\\', "/")
    }

    fn is_gone(&self, name: &str) -> bool {
        !self.root.join(name).exists()
    }
}

/// A configuration and the directory to which its paths are relative.
struct LoadedConfig {
    config: Config,
    root: PathBuf,
}

impl LintFilter {
    /// Creates the filter of a run.
    ///
    /// # Errors
    /// Unknown rules, and a configuration or baseline that can't be read.
    pub fn new(choice: RuleSelection, baseline: Option<&Path>, catalog: &Catalog) -> Result<LintFilter, String> {
        let rules = registry::rules(catalog);
        let gate = LintFilter { choice, rules, configs: RefCell::default(), known: entries(baseline)? };
        gate.check_scope()?;
        if let Some(path) = &gate.choice.config {
            gate.load_configuration(path)?;
        }
        Ok(gate)
    }

    fn rule_names(&self) -> RuleNames<'_> {
        RuleNames::of(&self.rules)
    }

    fn check_scope(&self) -> Result<(), String> {
        let (known, scope) = (self.rule_names(), &self.choice.scope);
        for rule in scope.select.iter().flatten() {
            known.asked(rule).map_err(|message| format!("`--select`: {message}"))?;
        }
        for rule in &scope.ignore {
            known.changed(rule).map_err(|message| format!("`--ignore`: {message}"))?;
        }
        Ok(())
    }

    /// Returns the diagnostics of `opened` to report, at their levels.
    ///
    /// # Errors
    /// A `relc.toml` for one of its files that can't be read.
    pub fn filter(&mut self, opened: &LoadedInput, findings: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, String> {
        let mut heard = Suppressions::default();
        if self.choice.comments == Comments::Applied {
            CommentedFile::files(opened).for_each(|file| heard.read(&file));
        }
        let mut findings = heard.apply(findings);
        if !heard.is_empty() {
            findings.extend(heard.findings(&self.rule_names(), |rule| self.is_selected(rule)));
            findings.sort_by_key(|finding| (finding.span.file, finding.span.start));
        }
        // An invalid configuration is reported even if there are no diagnostics.
        self.configuration(opened.sources.file(opened.main_file()).name())?;
        if let Some(entries) = &mut self.known {
            let names = (0..opened.sources.len()).filter_map(|at| u32::try_from(at).ok());
            let names = names.map(|at| entries.names.name(opened.sources.file(FileId(at)).name()));
            entries.seen.extend(names);
        }
        let mut told = Vec::with_capacity(findings.len());
        for finding in findings {
            let name = opened.sources.file(finding.span.file).name();
            let Some(severity) = self.level(name, &finding)? else { continue };
            let finding = Diagnostic { severity, ..finding };
            let entries = self.known.as_mut();
            if !entries.is_some_and(|e| e.baseline.take(e.names.name(name), &opened.sources, &finding)) {
                told.push(finding);
            }
        }
        Ok(told)
    }

    /// Returns true if the command line selects `rule`.
    fn is_selected(&self, rule: &str) -> bool {
        let RuleScope { select, ignore } = &self.choice.scope;
        select.as_ref().is_none_or(|names| names.iter().any(|name| name == rule))
            && !ignore.iter().any(|name| name == rule)
    }

    fn level(&self, name: &str, finding: &Diagnostic) -> Result<Option<Severity>, String> {
        let Topic::Rule(rule) = &finding.code else { return Ok(Some(finding.severity)) };
        let (held, path) = self.configuration(name)?;
        let relative = path.strip_prefix(&held.root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        Ok(held.config.level(&self.choice.scope, &relative, rule, finding.severity))
    }

    /// Returns the configuration for the file `name`, and its absolute path.
    fn configuration(&self, name: &str) -> Result<(Rc<LoadedConfig>, PathBuf), String> {
        let path = std::path::absolute(name).map(|path| normalize(&path)).unwrap_or_else(|_| PathBuf::from(name));
        let held = match &self.choice.config {
            Some(config) => self.load_configuration(config)?,
            None => self.nearest(path.parent().unwrap_or(Path::new("/")))?,
        };
        Ok((held, path))
    }

    /// Loads the configuration at `path` once.
    fn load_configuration(&self, path: &Path) -> Result<Rc<LoadedConfig>, String> {
        if let Some(held) = self.configs.borrow().get(path) {
            return Ok(Rc::clone(held));
        }
        let name = path.display().to_string();
        let text = read::file(path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?;
        let config = Config::read(&text).and_then(|config| {
            let known = self.rule_names();
            config.check(&|rule| known.asked(rule), &|rule| known.changed(rule)).map(|()| config)
        });
        let config =
            config.map_err(|errors| config::render(&errors, &display_path(path).display().to_string(), &text))?;
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let held = Rc::new(LoadedConfig { config, root: normalize(full.parent().unwrap_or(Path::new("/"))) });
        self.configs.borrow_mut().insert(path.to_owned(), Rc::clone(&held));
        Ok(held)
    }

    /// Returns the configuration for files in `directory`: the nearest one upwards, or an empty one.
    fn nearest(&self, directory: &Path) -> Result<Rc<LoadedConfig>, String> {
        if let Some(held) = self.configs.borrow().get(directory) {
            return Ok(Rc::clone(held));
        }
        let found = directory.ancestors().map(|directory| directory.join(CONFIGURATION)).find(|path| path.is_file());
        let held = match found {
            Some(path) => self.load_configuration(&path)?,
            None => Rc::new(LoadedConfig { config: Config::default(), root: directory.to_owned() }),
        };
        self.configs.borrow_mut().insert(directory.to_owned(), Rc::clone(&held));
        Ok(held)
    }

    /// Returns the entries of the baseline that no diagnostic of the run matches: those of selected rules, in files
    /// that were checked or don't exist anymore. (A run over some files reports nothing about the others.)
    pub fn obsolete(&self) -> Vec<Obsolete> {
        let Some(Entries { baseline, names, seen }) = &self.known else { return Vec::new() };
        let looked_at = |gone: &Obsolete| seen.contains(&gone.file) || names.is_gone(&gone.file);
        baseline.obsolete().filter(|gone| self.is_selected(&gone.rule) && looked_at(gone)).collect()
    }
}

fn entries(path: Option<&Path>) -> Result<Option<Entries>, String> {
    let Some(path) = path else { return Ok(None) };
    let name = path.display().to_string();
    let text = read::file(path, &name).map_err(|bad| format!("cannot read the baseline `{name}`: {}", bad.reason()))?;
    let baseline = Baseline::read(&text).map_err(|error| format!("{}{error}", display_path(path).display()))?;
    Ok(Some(Entries { baseline, names: BaselinePaths::new(path), seen: HashSet::new() }))
}
