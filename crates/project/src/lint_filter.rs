//! Which findings are told: `relc.toml`, the command line's choice of rules, comments, a baseline.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::config::{Config, RuleScope};
use crate::loader::{CONFIGURATION, plain};
use crate::read;
use relc_core::compile::LoadedInput;
use relc_core::library::Catalog;
use relc_lint::registry::{self, RuleInfo};
use relc_lint::report::{Baseline, CommentedFile, Obsolete, RuleNames, Suppressions};
use relc_syntax::diagnostic::{Diagnostic, Severity, Topic};
use relc_syntax::source::FileId;

/// What the command line says of rules.
#[derive(Clone)]
pub struct RuleSelection {
    /// `--select` and `--ignore`.
    pub scope: RuleScope,
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
pub struct LintFilter {
    choice: RuleSelection,
    rules: Vec<RuleInfo>,
    /// The configuration for files of a directory, with the directory that holds it.
    configs: RefCell<HashMap<PathBuf, Rc<Held>>>,
    known: Option<Entries>,
}

/// A baseline on its way through a run.
struct Entries {
    baseline: Baseline,
    names: Names,
    /// The files that were looked at, as the baseline names them.
    seen: HashSet<String>,
}

/// How a baseline names files: from its own directory on, so that it holds wherever relc is started.
pub struct Names {
    root: PathBuf,
}

impl Names {
    /// The names in the baseline at `path`.
    pub fn beside(path: &Path) -> Names {
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Names { root: plain(full.parent().unwrap_or(Path::new("/"))) }
    }

    /// The name of the file that reports call `name`.
    pub fn of(&self, name: &str) -> String {
        let full = std::path::absolute(name).map(|full| plain(&full)).unwrap_or_else(|_| PathBuf::from(name));
        let path = full.strip_prefix(&self.root).unwrap_or(Path::new(name));
        path.to_string_lossy().replace('\\', "/")
    }

    fn is_gone(&self, name: &str) -> bool {
        !self.root.join(name).exists()
    }
}

/// A configuration and the directory that its paths begin at.
struct Held {
    config: Config,
    root: PathBuf,
}

impl LintFilter {
    /// The gate of a run.
    ///
    /// # Errors
    /// Rules that do not exist, a configuration or baseline that cannot be read.
    pub fn new(choice: RuleSelection, baseline: Option<&Path>, catalog: &Catalog) -> Result<LintFilter, String> {
        let rules = registry::rules(catalog);
        let gate = LintFilter { choice, rules, configs: RefCell::default(), known: entries(baseline)? };
        gate.check_scope()?;
        if let Some(path) = &gate.choice.config {
            gate.configured(path)?;
        }
        Ok(gate)
    }

    fn known(&self) -> RuleNames<'_> {
        RuleNames::of(&self.rules)
    }

    fn check_scope(&self) -> Result<(), String> {
        let (known, scope) = (self.known(), &self.choice.scope);
        for rule in scope.select.iter().flatten() {
            known.asked(rule).map_err(|message| format!("`--select`: {message}"))?;
        }
        for rule in &scope.ignore {
            known.changed(rule).map_err(|message| format!("`--ignore`: {message}"))?;
        }
        Ok(())
    }

    /// The findings of `opened` that are to be told, at their levels.
    ///
    /// # Errors
    /// A `relc.toml` on the way up from one of its files that cannot be read.
    pub fn pass(&mut self, opened: &LoadedInput, findings: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, String> {
        let mut heard = Suppressions::default();
        if self.choice.comments == Comments::Heard {
            CommentedFile::files(opened).for_each(|file| heard.read(&file));
        }
        let mut findings = heard.apply(findings);
        if !heard.is_empty() {
            findings.extend(heard.findings(&self.known(), |rule| self.chosen(rule)));
            findings.sort_by_key(|finding| (finding.span.file, finding.span.start));
        }
        // A configuration that cannot be read is told of whatever there is to find.
        self.configuration(opened.sources.file(opened.main_file()).name())?;
        if let Some(entries) = &mut self.known {
            let names = (0..opened.sources.len()).filter_map(|at| u32::try_from(at).ok());
            let names = names.map(|at| entries.names.of(opened.sources.file(FileId(at)).name()));
            entries.seen.extend(names);
        }
        let mut told = Vec::with_capacity(findings.len());
        for finding in findings {
            let name = opened.sources.file(finding.span.file).name();
            let Some(severity) = self.level(name, &finding)? else { continue };
            let finding = Diagnostic { severity, ..finding };
            let entries = self.known.as_mut();
            if !entries.is_some_and(|e| e.baseline.take(e.names.of(name), &opened.sources, &finding)) {
                told.push(finding);
            }
        }
        Ok(told)
    }

    /// Whether the command line asks `rule`.
    fn chosen(&self, rule: &str) -> bool {
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

    /// What holds for the file `name`, and its whole path.
    fn configuration(&self, name: &str) -> Result<(Rc<Held>, PathBuf), String> {
        let path = std::path::absolute(name).map(|path| plain(&path)).unwrap_or_else(|_| PathBuf::from(name));
        let held = match &self.choice.config {
            Some(config) => self.configured(config)?,
            None => self.nearest(path.parent().unwrap_or(Path::new("/")))?,
        };
        Ok((held, path))
    }

    /// The configuration at `path`, read once.
    fn configured(&self, path: &Path) -> Result<Rc<Held>, String> {
        if let Some(held) = self.configs.borrow().get(path) {
            return Ok(Rc::clone(held));
        }
        let name = path.display().to_string();
        let text = read::file(path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?;
        let config = Config::read(&text).and_then(|config| {
            let known = self.known();
            config.check(&|rule| known.asked(rule), &|rule| known.changed(rule)).map(|()| config)
        });
        let config = config.map_err(|error| error.shown(&path.display().to_string(), &text))?;
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let held = Rc::new(Held { config, root: plain(full.parent().unwrap_or(Path::new("/"))) });
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

    /// What the baseline holds and no finding of the run needs: of rules that were asked, in files that were looked at or are
    /// no more. (A run over some files says nothing of the others.)
    pub fn obsolete(&self) -> Vec<Obsolete> {
        let Some(Entries { baseline, names, seen }) = &self.known else { return Vec::new() };
        let looked_at = |gone: &Obsolete| seen.contains(&gone.file) || names.is_gone(&gone.file);
        baseline.obsolete().filter(|gone| self.chosen(&gone.rule) && looked_at(gone)).collect()
    }
}

fn entries(path: Option<&Path>) -> Result<Option<Entries>, String> {
    let Some(path) = path else { return Ok(None) };
    let name = path.display().to_string();
    let text = read::file(path, &name).map_err(|bad| format!("cannot read the baseline `{name}`: {}", bad.reason()))?;
    let baseline = Baseline::read(&text).map_err(|error| format!("`{}` is no baseline: {error}", path.display()))?;
    Ok(Some(Entries { baseline, names: Names::beside(path), seen: HashSet::new() }))
}
