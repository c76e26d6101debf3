//! Builds one release of an input.

use std::sync::Arc;

use super::{Analysis, Built, Content, Environments, LoadedInput, NO_NAME, TypedAnalysis, Unnamed, on_override};
use crate::check;
use crate::eval::{EvalState, Evaluator, TypedRelease};
use crate::frontend::{self, Hints};
use crate::helm_values::header::HeaderKey;
use crate::library::Module;
use crate::lower;
use crate::value::Value;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Topic};
use relc_syntax::source::{FileId, Span, SpanSet, Syntax};

impl LoadedInput {
    /// Builds the release at `index`.
    pub fn build(&self, index: usize, environments: &Environments<'_>) -> Built {
        self.analyze(index, environments).built
    }

    /// Builds the release at `index`, and keeps its typed values and evaluation.
    pub fn analyze(&self, index: usize, environments: &Environments<'_>) -> Analysis {
        let mut out = Diagnostics::default();
        let mut analysis = match &self.content {
            Content::Rel { module, outline } => {
                self.analyze_rel(module, &outline.release(index, &self.sources), environments, out)
            }
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
        for mut diagnostic in found.into_vec() {
            diagnostic.extend_to_characters(|file| self.sources.file(file).text());
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
        release.unread.is_any = self.misread.intersects(written.span);
        release.unread.is_weight = release.unread.is_any && self.hides_a_weight(written);
        if let Some(name) = &self.name {
            release.name = name.clone();
        }
        if let Some(on) = &self.on {
            release.environment = on.clone();
        }
        let name = release.name.clone();
        let prepared = self.prepare(environments, &release.environment, release.strategy.as_ref(), &mut out);
        let mut analysis = match prepared {
            Some(prepared) => self.analyze_release(release, prepared, Syntax::Rel, environments, out),
            None => failed(&name.text, name.span, out),
        };
        analysis.built.diagnostics = self.independent_of_loading(std::mem::take(&mut analysis.built.diagnostics));
        analysis
    }

    /// Returns true if a missing bracket may hide a weight: inside of a version, after its weight, it hides none.
    fn hides_a_weight(&self, written: &ast::Release) -> bool {
        let before = |version: &ast::Version| {
            let start = version.weight.as_ref().map_or(version.span.end, |weight| weight.span.end);
            Span { end: start, ..version.span }
        };
        // A version that a bracket swallows is not among the versions.
        let begins = |line: &str| line.trim_start().starts_with(|c: char| c == '"' || c.is_ascii_digit());
        let swallows = |span: Span| {
            let text = self.sources.text(span);
            text.contains('%') || text.lines().skip(1).any(begins)
        };
        let header =
            written.versions.first().map_or(written.span, |first| Span { end: first.span.start, ..written.span });
        self.misread.overlaps(header)
            || self.misread.iter().any(|span| SpanSet::new(vec![written.span]).contains(span) && swallows(span))
            || written.versions.iter().any(|version| self.misread.overlaps(before(version)))
    }

    /// Returns the environment of a release. For an unknown one in a flag nothing is likely, and the release is not checked.
    fn prepare(
        &self,
        environments: &Environments<'_>,
        name: &ast::Name,
        strategy: Option<&ast::Name>,
        out: &mut Diagnostics,
    ) -> Option<Arc<check::TypedPlan>> {
        let prepared = environments.prepare(name, strategy, out)?;
        let is_likely = self.on.is_none() || environments.catalog().environment_names().contains(&&*name.text);
        is_likely.then_some(prepared)
    }

    fn analyze_values(
        &self,
        values: &Value,
        environments: &Environments<'_>,
        out: &mut Diagnostics,
    ) -> Option<Analysis> {
        let repaired = frontend::repaired(values, out);
        let values = repaired.as_ref().unwrap_or(values);
        let mut header = frontend::header(values, &self.sources, out)?;
        if let Some(on) = &self.on {
            header.environment = on.clone();
        }
        let name = header.name.clone().or_else(|| self.name.clone());
        let is_unnamed = name.is_none() && self.unnamed == Unnamed::Refused;
        let name = name.unwrap_or_else(|| ast::Name { text: NO_NAME.into(), span: header.environment.span });
        let prepared = self.prepare(environments, &header.environment, header.strategy.as_ref(), out);
        let mut is_misspelled = false;
        let mut analysis = match prepared {
            Some(prepared) => {
                let with = |key: &str| environments.with_field(key);
                let hints = Hints { plan: &prepared.plan, environments_with: &with, sources: &self.sources };
                let release = frontend::settings_and_versions(values, &header, name, &hints, out);
                is_misspelled = release.unread.may_have(HeaderKey::Name);
                self.analyze_release(release, prepared, Syntax::Yaml, environments, std::mem::take(out))
            }
            None => failed(&name.text, name.span, std::mem::take(out)),
        };
        if is_unnamed {
            analysis.built.documents.clear();
            analysis.built.made.clear();
            if !is_misspelled {
                analysis.built.diagnostics.push(unnamed(header.environment.span));
            }
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
        let hints = Hints { plan: &prepared.plan, environments_with: &with, sources: &self.sources };
        let namespace = self.namespace(&release);
        let (given, checked) = check::release(&release, &prepared, syntax, namespace, &self.sources, &hints);
        out.extend(checked);
        let state = EvalState::default();
        let is_hidden = [HeaderKey::Versions, HeaderKey::Strategy].iter().any(|key| release.unread.may_have(*key));
        let is_known = !release.versions.is_empty() && prepared.plan.strategy.is_some() && !is_hidden;
        // What an invalid definition makes of the release would be reported again.
        let is_in_definition = |found: &Diagnostic| {
            found.severity == Severity::Error
                && matches!(found.code, Topic::Code(_))
                && found.span.file.0 < self.definitions
        };
        let is_defined = !out.iter().any(is_in_definition);
        let lowered = if !is_known || !is_defined || self.diagnostics.has_errors() && given.holds_error() {
            lower::Lowered::default()
        } else {
            let values = if out.has_coded_errors() { lower::Values::Partial } else { lower::Values::Valid };
            let evaluator = self.evaluator(&prepared, &given, &state);
            lower::release(&prepared, &given, values, &prepared.verdicts.begin(&evaluator), &self.sources)
        };
        let found = out.independent(lowered.diagnostics, &SpanSet::default());
        out.extend(found);
        let built = Built {
            name: release.name.text.to_string(),
            namespace: lowered.namespace,
            span: release.name.span,
            documents: lowered.documents,
            made: lowered.made,
            diagnostics: out,
        };
        // Rules would find consequences of what is hidden.
        let is_read = !release.unread.is_any;
        Analysis { built, typed: is_read.then_some(TypedAnalysis { syntax, release, prepared, given, state }) }
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

fn unnamed(at: Span) -> Diagnostic {
    let error = Diagnostic::error(Code::UnnamedRelease, at, "this release has no name");
    error.help("pass `--name NAME`, as Helm's release name, or set `application.metadata.name` in the file")
}

/// A release of which nothing is made.
fn failed(name: &str, span: Span, diagnostics: Diagnostics) -> Analysis {
    let (name, namespace) = (name.to_owned(), String::new());
    let built = Built { name, namespace, span, documents: Vec::new(), made: Vec::new(), diagnostics };
    Analysis { built, typed: None }
}
