//! A release of an input is built, or looked at.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Built, Content, Environments, NO_NAME, Opened, Unnamed, elsewhere};
use crate::check::{self, Front};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::env::Module;
use crate::eval::Evaluator;
use crate::lint::{self, Subject, statement::Claim};
use crate::lower;
use crate::resolve;
use crate::source::{FileId, Span};
use crate::syntax::ast;
use crate::value::Value;

/// What looks at a release behind its build.
pub type Behind<'b> = &'b mut dyn FnMut(&Subject<'_>);

impl Opened {
    /// Builds the release at `index`.
    pub fn build(&self, index: usize, environments: &Environments<'_>) -> Built {
        self.build_and(index, environments, &mut |_| {})
    }

    /// Builds the release at `index` and looks at it with every lint rule: their findings are among its diagnostics. The
    /// claims are to be compared with those of the other releases of the run.
    pub fn lint(&self, index: usize, environments: &Environments<'_>) -> (Built, Vec<Claim>) {
        self.lint_and(index, environments, &mut |_| {})
    }

    /// As [`Opened::lint`]; `behind` looks at the release, too.
    pub(super) fn lint_and(
        &self,
        index: usize,
        environments: &Environments<'_>,
        behind: Behind<'_>,
    ) -> (Built, Vec<Claim>) {
        let mut findings = Diagnostics::default();
        let mut claims = Vec::new();
        if let Content::Values { values } = &self.content {
            findings.extend(lint::values(values, &self.sources));
        }
        let mut built = self.build_and(index, environments, &mut |subject| {
            let (found, claimed) = lint::release(subject);
            findings.extend(found);
            claims.extend(claimed);
            behind(subject);
        });
        // What a rule says as well as the build comes with a fix: the first of both stays.
        findings.extend(std::mem::take(&mut built.diagnostics));
        built.diagnostics = findings;
        (built, claims)
    }

    /// Builds the release at `index`; `behind` looks at what it was made of.
    pub fn build_and(&self, index: usize, environments: &Environments<'_>, behind: Behind<'_>) -> Built {
        let mut out = Diagnostics::default();
        let mut built = match &self.content {
            Content::Rel { module, releases } => self.build_rel(module, &releases[index], environments, behind, out),
            Content::Values { values } => {
                let built = self.build_values(values, environments, behind, &mut out);
                built.unwrap_or_else(|| failed("", values.span, out))
            }
            Content::Known { .. } | Content::Nothing => failed("", Span::new(FileId(0), 0, 0), out),
        };
        built.diagnostics = elsewhere::said(self.with_release(built.diagnostics, built.span), self.on.as_ref());
        built
    }

    /// `found`, each error of a definition file with the release in which it came to light: both can be what has to be changed.
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

    fn build_rel(
        &self,
        module: &Arc<Module>,
        written: &ast::Release,
        environments: &Environments<'_>,
        behind: Behind<'_>,
        mut out: Diagnostics,
    ) -> Built {
        let evaluator = Evaluator::new(None, &self.params, &self.files, self.definitions);
        let mut release = resolve::release(written, module, &evaluator, &mut out);
        out.extend(evaluator.finish());
        if let Some(name) = &self.name {
            release.name = name.clone();
        }
        if let Some(on) = &self.on {
            release.environment = on.clone();
        }
        let name = release.name.clone();
        let prepared = environments.prepare(&release.environment, release.strategy.as_ref(), &mut out);
        let mut built = match prepared {
            Some(prepared) if self.misread.meet(written.span) => {
                let checked =
                    check::release(&release, &prepared, Front::Rel, self.namespace(&release), &self.sources).1;
                // What seems to be missing may be what could not be read.
                let lacking = [Code::NoVersions, Code::MissingField, Code::PercentSum];
                checked
                    .into_vec()
                    .into_iter()
                    .filter(|d| !lacking.iter().any(|code| d.code == *code))
                    .for_each(|d| out.push(d));
                failed(&name.text, name.span, out)
            }
            Some(prepared) => self.build_release(&release, &prepared, Front::Rel, behind, out),
            None => failed(&name.text, name.span, out),
        };
        built.diagnostics = self.without_echoes(built.diagnostics);
        built
    }

    fn build_values(
        &self,
        values: &Value,
        environments: &Environments<'_>,
        behind: Behind<'_>,
        out: &mut Diagnostics,
    ) -> Option<Built> {
        let mut header = resolve::header(values, &self.sources, out)?;
        if let Some(on) = &self.on {
            header.environment = on.clone();
        }
        let nameless = || match self.unnamed {
            Unnamed::Refused => None,
            Unnamed::Allowed => Some(ast::Name { text: NO_NAME.into(), span: header.environment.span }),
        };
        let Some(name) = header.name.clone().or_else(|| self.name.clone()).or_else(nameless) else {
            // A key that is misspelt may have been the name's.
            let nameless = ast::Name { text: "".into(), span: header.environment.span };
            let prepared = environments.prepare(&header.environment, header.strategy.as_ref(), out)?;
            resolve::settings_and_versions(values, &header, nameless, &prepared.plan, out);
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
        let release = resolve::settings_and_versions(values, &header, name, &prepared.plan, out);
        Some(self.build_release(&release, &prepared, Front::Values, behind, std::mem::take(out)))
    }

    fn build_release(
        &self,
        release: &resolve::Release,
        prepared: &check::Prepared,
        front: Front,
        behind: Behind<'_>,
        mut out: Diagnostics,
    ) -> Built {
        let (given, checked) = check::release(release, prepared, front, self.namespace(release), &self.sources);
        out.extend(checked);
        let instance = prepared.instance(&given, &self.sources, self.manifests.as_ref());
        let params = HashMap::new();
        let evaluator = Evaluator::new(Some(&instance), &params, &self.files, self.definitions);
        let lowered = if out.has_errors() || self.diagnostics.has_errors() && given.holds_error() {
            lower::Lowered::default()
        } else {
            lower::release(prepared, &given, &evaluator, &self.sources)
        };
        behind(&Subject {
            sources: &self.sources,
            front,
            release,
            prepared,
            given: &given,
            evaluator: &evaluator,
            documents: &lowered.documents,
            definitions: self.definitions,
        });
        out.extend(lowered.diagnostics);
        Built {
            name: release.name.text.to_string(),
            namespace: lowered.namespace,
            span: release.name.span,
            documents: lowered.documents,
            made: lowered.made,
            diagnostics: out,
        }
    }

    fn namespace(&self, release: &resolve::Release) -> Value {
        match &self.namespace {
            Some(namespace) => Value::string(Arc::clone(&namespace.text), namespace.span),
            None => Value::string("default", release.span),
        }
    }
}

/// A release of which nothing is made.
fn failed(name: &str, span: Span, diagnostics: Diagnostics) -> Built {
    let (name, namespace) = (name.to_owned(), String::new());
    Built { name, namespace, span, documents: Vec::new(), made: Vec::new(), diagnostics }
}
