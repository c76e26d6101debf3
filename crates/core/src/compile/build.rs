//! Builds one release of an input.

use std::sync::Arc;

use super::{Analysis, Built, Content, Environments, LoadedInput, NO_NAME, TypedAnalysis, Unnamed, on_override};
use crate::check;
use crate::eval::{EvalState, Evaluator, TypedRelease};
use crate::frontend::{self, Hints};
use crate::library::Module;
use crate::lower;
use crate::value::Value;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Topic};
use relc_syntax::source::{FileId, Span, Syntax};

impl LoadedInput {
    /// Builds the release at `index`.
    pub fn build(&self, index: usize, environments: &Environments<'_>) -> Built {
        self.analyze(index, environments).built
    }

    /// Builds the release at `index`, and keeps its typed values and evaluation.
    pub fn analyze(&self, index: usize, environments: &Environments<'_>) -> Analysis {
        let mut out = Diagnostics::default();
        let mut analysis = match &self.content {
            Content::Rel { module, releases } => self.analyze_rel(module, &releases[index], environments, out),
            Content::Values { values } => {
                let analysis = self.analyze_values(values, environments, &mut out);
                analysis.unwrap_or_else(|| failed("", values.span, out))
            }
            Content::Cached { .. } | Content::Nothing => failed("", Span::new(FileId(0), 0, 0), out),
        };
        let built = &mut analysis.built;
        let diagnostics = std::mem::take(&mut built.diagnostics);
        built.diagnostics = on_override::said(self.with_release(diagnostics, built.span), self.on.as_ref());
        analysis
    }

    /// Adds a label for the release to each error in a definition file: either may be the one to change.
    fn with_release(&self, found: Diagnostics, release: Span) -> Diagnostics {
        let mut out = Diagnostics::default();
        for diagnostic in found.into_vec() {
            let is_definition = |span: Span| span.file.0 < self.definitions;
            let is_new =
                is_definition(diagnostic.span) && diagnostic.labels.iter().all(|label| is_definition(label.span));
            let tells = diagnostic.severity == Severity::Error && is_new && !is_definition(release);
            out.push(if tells { diagnostic.related(release, "found for this release") } else { diagnostic });
        }
        out
    }

    fn analyze_rel(
        &self,
        module: &Arc<Module>,
        written: &ast::Release,
        environments: &Environments<'_>,
        mut out: Diagnostics,
    ) -> Analysis {
        let state = EvalState::default();
        let evaluator = Evaluator::new(None, Some(&self.params), &self.files, self.definitions, &state);
        let mut release = frontend::release(written, module, &evaluator, &mut out);
        out.extend(evaluator.take_diagnostics());
        if let Some(name) = &self.name {
            release.name = name.clone();
        }
        if let Some(on) = &self.on {
            release.environment = on.clone();
        }
        let name = release.name.clone();
        let prepared = environments.prepare(&release.environment, release.strategy.as_ref(), &mut out);
        // After an unknown environment in a flag the release itself is not checked.
        let prepared =
            prepared.filter(|_| self.on.is_none() || !out.iter().any(|d| d.code == Code::UnknownEnvironment));
        let mut analysis = match prepared {
            Some(prepared) if self.misread.intersects(written.span) => {
                let with = |key: &str| environments.with_field(key);
                let hints = Hints { plan: &prepared.plan, environments_with: &with };
                let namespace = self.namespace(&release);
                let checked = check::release(&release, &prepared, Syntax::Rel, namespace, &self.sources, &hints).1;
                // What seems to be missing may be what could not be read.
                let lacking = [Code::NoVersions, Code::MissingField, Code::PercentSum];
                checked
                    .into_vec()
                    .into_iter()
                    .filter(|d| !lacking.iter().any(|code| d.code == *code))
                    .for_each(|d| out.push(d));
                failed(&name.text, name.span, out)
            }
            Some(prepared) => self.analyze_release(release, prepared, Syntax::Rel, environments, out),
            None => failed(&name.text, name.span, out),
        };
        analysis.built.diagnostics = self.without_echoes(std::mem::take(&mut analysis.built.diagnostics));
        analysis
    }

    fn analyze_values(
        &self,
        values: &Value,
        environments: &Environments<'_>,
        out: &mut Diagnostics,
    ) -> Option<Analysis> {
        let mut header = frontend::header(values, &self.sources, out)?;
        if let Some(on) = &self.on {
            header.environment = on.clone();
        }
        let name = header.name.clone().or_else(|| self.name.clone());
        let is_unnamed = name.is_none() && self.unnamed == Unnamed::Refused;
        let name = name.unwrap_or_else(|| ast::Name { text: NO_NAME.into(), span: header.environment.span });
        let prepared = environments.prepare(&header.environment, header.strategy.as_ref(), out);
        let mut analysis = match prepared {
            Some(prepared) => {
                let with = |key: &str| environments.with_field(key);
                let hints = Hints { plan: &prepared.plan, environments_with: &with };
                let release = frontend::settings_and_versions(values, &header, name, &hints, out);
                self.analyze_release(release, prepared, Syntax::Yaml, environments, std::mem::take(out))
            }
            None => failed(&name.text, name.span, std::mem::take(out)),
        };
        if is_unnamed {
            refuse_unnamed(&mut analysis.built, header.environment.span);
        }
        Some(analysis)
    }

    fn analyze_release(
        &self,
        release: frontend::Release,
        prepared: Arc<check::TypedPlan>,
        syntax: Syntax,
        environments: &Environments<'_>,
        mut out: Diagnostics,
    ) -> Analysis {
        let with = |key: &str| environments.with_field(key);
        let hints = Hints { plan: &prepared.plan, environments_with: &with };
        let namespace = self.namespace(&release);
        let (given, checked) = check::release(&release, &prepared, syntax, namespace, &self.sources, &hints);
        out.extend(checked);
        let state = EvalState::default();
        let has_versions = !release.versions.is_empty() && !release.misplaced_versions;
        let is_known = has_versions && prepared.plan.strategy.is_some() && !out.iter().any(|d| is_structural(&d.code));
        let lowered = if !is_known || self.diagnostics.has_errors() && given.holds_error() {
            lower::Lowered::default()
        } else {
            lower::release(&prepared, &given, &self.evaluator(&prepared, &given, &state), &self.sources)
        };
        let lowered = if out.has_errors() { self.independent(lowered, &out) } else { lowered };
        out.extend(lowered.diagnostics);
        let built = Built {
            name: release.name.text.to_string(),
            namespace: lowered.namespace,
            span: release.name.span,
            documents: lowered.documents,
            made: lowered.made,
            diagnostics: out,
        };
        Analysis { built, typed: Some(TypedAnalysis { syntax, release, prepared, given, state }) }
    }

    /// Of a release with the errors `known`: what is wrong in its manifests whatever its values should have been. Its manifests are not
    /// those that are meant.
    fn independent(&self, lowered: lower::Lowered, known: &Diagnostics) -> lower::Lowered {
        let errors: Vec<Span> = known.iter().filter(|d| d.severity == Severity::Error).map(|d| d.span).collect();
        let overlaps =
            |span: Span| errors.iter().any(|e| e.file == span.file && e.start < span.end && span.start < e.end);
        let codes = [
            Code::InvalidName,
            Code::NameTooLong,
            Code::UnknownKey,
            Code::WrongType,
            Code::OutOfRange,
            Code::NumericString,
        ];
        let keep = |d: &Diagnostic| {
            codes.iter().any(|code| d.code == *code) && d.span.file.0 >= self.definitions && !overlaps(d.span)
        };
        let diagnostics = lowered.diagnostics.into_vec().into_iter().filter(keep).collect();
        lower::Lowered { diagnostics, documents: Vec::new(), made: Vec::new(), ..lowered }
    }

    /// The evaluator of a release of this input: its environment's expressions see what `given` holds.
    pub(super) fn evaluator<'a>(
        &'a self,
        prepared: &'a check::TypedPlan,
        given: &'a TypedRelease,
        state: &'a EvalState,
    ) -> Evaluator<'a> {
        let instance = prepared.instance(given, &self.sources, self.manifests.as_ref());
        Evaluator::new(Some(instance), None, &self.files, self.definitions, state)
    }

    fn namespace(&self, release: &frontend::Release) -> Value {
        match &self.namespace {
            Some(namespace) => Value::string(Arc::clone(&namespace.text), namespace.span),
            None => Value::string("default", release.span),
        }
    }
}

/// Whether an error leaves open which versions a release has, so that its manifests cannot be checked.
fn is_structural(code: &Topic) -> bool {
    let codes = [
        Code::NoVersions,
        Code::UnknownStrategy,
        Code::UnsupportedStrategy,
        Code::MissingField,
        Code::Misplaced,
        Code::UnknownName,
        Code::DuplicateVersion,
    ];
    codes.iter().any(|structural| code == structural)
}

/// Reports that a release has no name, unless a misspelled key is the reason.
fn refuse_unnamed(built: &mut Built, at: Span) {
    built.documents.clear();
    built.made.clear();
    let is_name = |d: &Diagnostic| {
        let texts = d.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.text.as_str());
        d.code == Code::UnknownKey && { texts }.any(|text| matches!(text, "name" | "metadata"))
    };
    if built.diagnostics.iter().any(is_name) {
        return;
    }
    let error = Diagnostic::error(Code::UnnamedRelease, at, "this release has no name");
    let help = "pass `--name NAME`, as Helm's release name, or set `application.metadata.name` in the file";
    built.diagnostics.push(error.help(help));
}

/// A release of which nothing is made.
fn failed(name: &str, span: Span, diagnostics: Diagnostics) -> Analysis {
    let (name, namespace) = (name.to_owned(), String::new());
    let built = Built { name, namespace, span, documents: Vec::new(), made: Vec::new(), diagnostics };
    Analysis { built, typed: None }
}
