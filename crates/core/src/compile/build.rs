//! Builds one release of an input.

use std::sync::Arc;

use super::{Analysis, Built, Content, Environments, LoadedInput, NO_NAME, TypedAnalysis, Unnamed, on_override};
use crate::check::{self, Front};
use crate::eval::{EvalState, Evaluator, TypedRelease};
use crate::frontend;
use crate::library::Module;
use crate::lower;
use crate::value::Value;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use relc_syntax::source::{FileId, Span};

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
        let mut analysis = match prepared {
            Some(prepared) if self.misread.intersects(written.span) => {
                let checked =
                    check::release(&release, &prepared, Front::Rel, self.namespace(&release), &self.sources).1;
                // Missing items may be in the text that could not be parsed.
                let lacking = [Code::NoVersions, Code::MissingField, Code::PercentSum];
                checked
                    .into_vec()
                    .into_iter()
                    .filter(|d| !lacking.iter().any(|code| d.code == *code))
                    .for_each(|d| out.push(d));
                failed(&name.text, name.span, out)
            }
            Some(prepared) => self.analyze_release(release, prepared, Front::Rel, out),
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
        let nameless = || match self.unnamed {
            Unnamed::Refused => None,
            Unnamed::Allowed => Some(ast::Name { text: NO_NAME.into(), span: header.environment.span }),
        };
        let Some(name) = header.name.clone().or_else(|| self.name.clone()).or_else(nameless) else {
            // A misspelled key may have been that of the name.
            let nameless = ast::Name { text: "".into(), span: header.environment.span };
            let prepared = environments.prepare(&header.environment, header.strategy.as_ref(), out)?;
            frontend::settings_and_versions(values, &header, nameless, &prepared.plan, out);
            if out.has_errors() {
                return None;
            }
            let message = "this release has no name";
            let error = Diagnostic::error(Code::UnnamedRelease, header.environment.span, message);
            out.push(error.help(
                "give it with `--name NAME`, as Helm's release name, or in the file as `application.metadata.name`",
            ));
            return None;
        };
        let prepared = environments.prepare(&header.environment, header.strategy.as_ref(), out)?;
        let release = frontend::settings_and_versions(values, &header, name, &prepared.plan, out);
        Some(self.analyze_release(release, prepared, Front::Values, std::mem::take(out)))
    }

    fn analyze_release(
        &self,
        release: frontend::Release,
        prepared: Arc<check::TypedPlan>,
        front: Front,
        mut out: Diagnostics,
    ) -> Analysis {
        let (given, checked) = check::release(&release, &prepared, front, self.namespace(&release), &self.sources);
        out.extend(checked);
        let state = EvalState::default();
        let lowered = if out.has_errors() || self.diagnostics.has_errors() && given.holds_error() {
            lower::Lowered::default()
        } else {
            lower::release(&prepared, &given, &self.evaluator(&prepared, &given, &state), &self.sources)
        };
        out.extend(lowered.diagnostics);
        let built = Built {
            name: release.name.text.to_string(),
            namespace: lowered.namespace,
            span: release.name.span,
            documents: lowered.documents,
            made: lowered.made,
            diagnostics: out,
        };
        Analysis { built, typed: Some(TypedAnalysis { front, release, prepared, given, state }) }
    }

    /// Returns the evaluator of a release of this input, in which the environment's expressions access `given`.
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

/// Returns the analysis of a release that can't be built.
fn failed(name: &str, span: Span, diagnostics: Diagnostics) -> Analysis {
    let (name, namespace) = (name.to_owned(), String::new());
    let built = Built { name, namespace, span, documents: Vec::new(), made: Vec::new(), diagnostics };
    Analysis { built, typed: None }
}
