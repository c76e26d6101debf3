//! One input, from its text to the manifests of its releases.
//!
//! In: the text of a `.rel` file, or of values files that are merged, and the catalog of environments. Out: an
//! [`Opened`] input, whose releases are built one by one, in any order and on any thread. Nothing is read from disk here
//! but through the [`Loader`], and nothing is printed.

mod definitions;
mod elsewhere;
mod files;
mod identity;
mod linked;
mod prepare;
mod routed;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::check::definition::{self, Lets};
use crate::check::{self, Front};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::emit::Made;
use crate::env::{Catalog, Item, Module};
use crate::eval::Evaluator;
use crate::lint::control::Commented;
use crate::lint::{self, Subject, Tree, statement::Claim};
use crate::lower;
use crate::resolve;
use crate::source::{FileId, SourceFile, Sources, Span, Stretches};
use crate::syntax::{self, ast};
use crate::value::{Data, Entry, Value};
use crate::values::{self, set};

pub use crate::env::{LoadedFile, Loader};
pub use definitions::{definitions, reach};
pub use linked::{Linked, linked};
pub use prepare::{Environments, Remembered};
pub use routed::Routed;

use files::{ReadFiles, UserImports};

/// A text and the name that people know it by.
#[derive(Clone, Debug)]
pub struct Text {
    /// A path relative to where people are, `<stdin>`, or a flag such as `--set a=b`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A `--set` or `--set-string` flag.
#[derive(Clone, Debug)]
pub struct SetFlag {
    /// The flag with its text, and the text.
    pub text: Text,
    /// How scalars are read.
    pub typed: set::Typed,
}

/// What is compiled.
#[derive(Clone, Debug)]
pub enum Input {
    /// A `.rel` file.
    Rel(Text),
    /// Values files of one release: the later ones are merged over the earlier.
    Values(Vec<Text>),
}

/// What the command line says beside the input.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--name`.
    pub name: Option<String>,
    /// `--namespace`.
    pub namespace: Option<String>,
    /// `--on`: the environment of each release, whichever it names.
    pub on: Option<String>,
    /// `--set` and `--set-string`, in their order.
    pub set: Vec<SetFlag>,
    /// Whether a `.rel` file may be without releases.
    pub releases: Releases,
    /// What a values file without a name, and without `--name`, comes to.
    pub unnamed: Unnamed,
    /// Other manifests of the cluster, for rules that look whether something is there; absent where none are known.
    pub manifests: Option<Arc<[Manifest]>>,
}

/// What a manifest is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`, if it says one.
    pub namespace: Option<String>,
}

impl Manifest {
    /// What `document` is called; those in a `List` each. Nothing of what is no manifest.
    pub fn of(document: &Value) -> Vec<Manifest> {
        if let Some(items) = document.get("items").and_then(Value::as_list) {
            return items.iter().flat_map(|item| Manifest::of(&item.value)).collect();
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let metadata = document.get("metadata");
        let named = (
            text(document.get("apiVersion")),
            text(document.get("kind")),
            text(metadata.and_then(|metadata| metadata.get("name"))),
        );
        let (Some(api_version), Some(kind), Some(name)) = named else { return Vec::new() };
        let namespace = text(metadata.and_then(|metadata| metadata.get("namespace")));
        vec![Manifest { api_version, kind, name, namespace }]
    }
}

/// What a release without a name comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unnamed {
    /// Nothing can be built of it.
    #[default]
    Refused,
    /// It is looked at as `release-name`, which is what `helm template` calls it.
    Allowed,
}

/// The name of a release that has none.
const NO_NAME: &str = "release-name";

/// Whether a `.rel` file may be without releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Releases {
    /// It was named in order to be built.
    #[default]
    Needed,
    /// It was found in a directory, where others may import it.
    Optional,
}

/// An input that was read: its releases can be built.
pub struct Opened {
    /// Every file that was read.
    pub sources: Sources,
    /// What is wrong before any release is looked at.
    pub diagnostics: Diagnostics,
    definitions: u32,
    files: ReadFiles,
    params: HashMap<Arc<str>, Value>,
    name: Option<ast::Name>,
    namespace: Option<ast::Name>,
    on: Option<ast::Name>,
    /// What the syntax errors mark, in the order of the text: what is found wrong inside is the same mistake.
    misread: Stretches,
    /// What was said of the file before any release was looked at.
    told: OnceLock<Stretches>,
    unnamed: Unnamed,
    manifests: Option<Value>,
    main: FileId,
    content: Content,
}

enum Content {
    Rel {
        module: Arc<Module>,
        releases: Vec<Arc<ast::Release>>,
    },
    Values {
        values: Value,
    },
    /// Values that were not read again.
    Known {
        is_placed: bool,
    },
    Nothing,
}

/// A release that was built.
pub struct Built {
    /// Its name.
    pub name: String,
    /// The namespace that it is in.
    pub namespace: String,
    /// Where it is named.
    pub span: Span,
    /// Its documents, in the order in which they are written; empty where there are errors.
    pub documents: Vec<Value>,
    /// The texts in them that were made of trees.
    pub made: Vec<Made>,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
}

/// Reads `input`.
pub fn open(input: Input, options: &Options, catalog: &Catalog, loader: &dyn Loader) -> Opened {
    let (mut opened, flags) = Opened::begin(options, catalog);
    match input {
        Input::Rel(text) => opened.open_rel(text, flags, options.releases, catalog, loader),
        Input::Values(texts) => opened.open_values(texts, flags),
    }
    opened
}

/// An input of which all is known that there is to say: their texts, for what is told of them, and nothing to build.
pub fn known(input: Input, is_placed: bool, options: &Options, catalog: &Catalog) -> Opened {
    let (mut opened, _) = Opened::begin(options, catalog);
    let texts = match input {
        Input::Rel(text) => vec![text],
        Input::Values(texts) => texts,
    };
    texts.into_iter().for_each(|text| {
        opened.sources.add(SourceFile::new(text.name, text.text));
    });
    opened.content = Content::Known { is_placed };
    opened
}

impl Opened {
    /// An input of which nothing was read, and what `--set` says.
    fn begin(options: &Options, catalog: &Catalog) -> (Opened, Vec<set::Assignment>) {
        let mut sources = catalog.sources();
        let definitions = u32::try_from(sources.len()).unwrap_or(u32::MAX);
        let mut flag = |name: &str, text: &Option<String>| {
            let text = text.as_ref()?;
            let file = sources.add(SourceFile::new(name, text.as_str()));
            Some(ast::Name { text: text.as_str().into(), span: Span::new(file, 0, text.len()) })
        };
        let name = flag("--name", &options.name);
        let namespace = flag("--namespace", &options.namespace);
        let on = flag("--on", &options.on);
        let mut opened = Opened {
            sources,
            diagnostics: Diagnostics::default(),
            definitions,
            files: ReadFiles::default(),
            params: HashMap::new(),
            name,
            namespace,
            on,
            misread: Stretches::default(),
            told: OnceLock::new(),
            unnamed: options.unnamed,
            manifests: options.manifests.as_deref().map(|manifests| named(manifests, FileId(definitions))),
            main: FileId(definitions),
            content: Content::Nothing,
        };
        let flags = opened.flags(&options.set);
        opened.main = FileId(u32::try_from(opened.sources.len()).unwrap_or(u32::MAX));
        (opened, flags)
    }

    fn flags(&mut self, flags: &[SetFlag]) -> Vec<set::Assignment> {
        // As Helm does, wherever they stand on the command line: texts are set after, and so over, what `--set` says.
        let in_order = [set::Typed::Scalars, set::Typed::Strings];
        let in_order = in_order.iter().flat_map(|typed| flags.iter().filter(move |flag| flag.typed == *typed));
        let mut assignments = Vec::new();
        for flag in in_order {
            let file = self.sources.add(SourceFile::new(&*flag.text.name, &*flag.text.text));
            let (parsed, diagnostics) = set::parse(file, &flag.text.text, flag.typed);
            self.diagnostics.extend(diagnostics);
            assignments.extend(parsed);
        }
        assignments
    }

    fn open_rel(
        &mut self,
        text: Text,
        flags: Vec<set::Assignment>,
        needed: Releases,
        catalog: &Catalog,
        loader: &dyn Loader,
    ) {
        let name = text.name.clone();
        let file = self.sources.add(SourceFile::new(text.name, text.text));
        let (ast, diagnostics) = syntax::parse(file, self.sources.file(file).text());
        let marked = diagnostics.iter().map(|diagnostic| diagnostic.span);
        self.misread = Stretches::new(marked.chain(ast.misread.iter().copied()).collect());
        self.diagnostics.extend(diagnostics);
        let mut imports = UserImports::new(catalog, loader, &mut self.sources, &name);
        let (module, linking) = linked::this(file, &ast, &mut imports);
        let (modules, importing) = imports.finish();
        self.diagnostics.extend(self.without_echoes(importing));
        self.diagnostics.extend(self.without_echoes(linking));
        self.files.read_all(&name, file, &ast, loader, &mut self.sources, &mut self.diagnostics);
        for (name, file, ast) in &modules {
            self.files.read_all(name, *file, ast, loader, &mut self.sources, &mut self.diagnostics);
        }
        let releases: Vec<_> = { ast.items.iter() }
            .filter_map(|item| match item {
                ast::Item::Release(release) => Some(Arc::clone(release)),
                _ => None,
            })
            .collect();
        if releases.is_empty() && needed == Releases::Needed && !self.diagnostics.has_errors() {
            let message = "this file has no release";
            let place = Span::new(file, 0, 0);
            let help = "write one: `release NAME on ENVIRONMENT < … >`";
            self.diagnostics.push(Diagnostic::error(Code::NoVersions, place, message).help(help));
        }
        self.one_name(&releases);
        self.set_params(&module, flags);
        self.check_items(&module);
        self.check_definitions(&module, &releases);
        self.content = Content::Rel { module, releases };
    }

    /// What was not said yet, and not of a text that could not be read as it was meant.
    fn without_echoes(&self, found: Diagnostics) -> Diagnostics {
        let mut kept = Diagnostics::default();
        for diagnostic in found.into_vec() {
            let misread = self.misread.cover(diagnostic.span);
            let known = |d: &Diagnostic| d.span == diagnostic.span && d.code == diagnostic.code;
            if !misread && !self.diagnostics.iter().any(known) {
                kept.push(diagnostic);
            }
        }
        kept
    }

    /// `--name` names one release.
    fn one_name(&mut self, releases: &[Arc<ast::Release>]) {
        if let (Some(name), [_, second, ..]) = (&self.name, releases) {
            let message = format!("`--name` names one release, and this file has {}", releases.len());
            let error = Diagnostic::error(Code::InvalidName, second.name.span, message);
            self.diagnostics
                .push(error.related(name.span, "given here").help("leave `--name` away: the file names them"));
        }
    }

    /// `--set` on a `.rel` file gives its parameters.
    fn set_params(&mut self, module: &Arc<Module>, flags: Vec<set::Assignment>) {
        let nothing = Span::new(module.file, 0, 0);
        let mut given = Value::object(Vec::new(), nothing);
        for assignment in &flags {
            given = set::apply(given, assignment);
        }
        let Data::Object(given) = given.data else { return };
        for entry in &given.entries {
            self.set_param(module, entry);
        }
    }

    /// The lets and parameters of a file, whether or not a release needs them: what they say of their type holds.
    fn check_items(&mut self, module: &Arc<Module>) {
        let evaluator = Evaluator::new(None, &self.params, &self.files, self.definitions);
        let mut found = Diagnostics::default();
        for item in module.items.values() {
            let (name, ty, value) = match item {
                Item::Let(let_) => (&let_.name, let_.ty.as_ref(), let_.value.as_ref()),
                Item::Param(param) => (&param.name, Some(&param.ty), param.value.as_ref()),
                Item::Type(_) | Item::Fragment(_) | Item::Part(_) | Item::Environment(_) => continue,
            };
            let ty = ty.map(|ty| crate::types::written::resolve(ty, module, &mut found).ty);
            // By its name, so that it is evaluated once.
            let named = |_| ast::Expr { kind: ast::ExprKind::Name(Arc::clone(&name.text)), span: name.span };
            let value = value.map(named).map(|named| evaluator.eval(&named, &crate::eval::Scope::module(module)));
            if let (Some(ty), Some(value)) = (ty, value) {
                let cx = crate::types::Conform::declared(&self.sources, &name.text);
                crate::types::examine(&value, &ty, &cx, &mut found);
            }
        }
        let mut evaluated = evaluator.take_diagnostics();
        evaluated.extend(found);
        self.diagnostics.extend(self.without_echoes(evaluated));
    }

    /// What the file and those that it imports by path define themselves. Where something is wrong already, that is said
    /// first.
    fn check_definitions(&mut self, module: &Arc<Module>, releases: &[Arc<ast::Release>]) {
        if self.diagnostics.has_errors() {
            return;
        }
        let is_part = |item: &Item| matches!(item, Item::Part(_) | Item::Environment(_));
        let defines = releases.is_empty() && module.items.values().any(is_part);
        let lets = if defines { Lets::AreDefinitions } else { Lets::AreValues };
        let mut found = definition::file(module, lets, &self.sources);
        let mut modules = vec![Arc::clone(module)];
        let mut next = 0;
        while let Some(module) = modules.get(next).cloned() {
            let own = module.imports.values().filter(|import| import.file.0 >= self.definitions);
            for import in own {
                if modules.iter().all(|known| known.file != import.file) {
                    found.extend(definition::file(import, Lets::AreValues, &self.sources));
                    modules.push(Arc::clone(import));
                }
            }
            next += 1;
        }
        self.diagnostics.extend(self.without_echoes(found));
    }

    fn set_param(&mut self, module: &Arc<Module>, entry: &Entry) {
        let Some(Item::Param(param)) = module.items.get(&entry.key) else {
            let params = module.items.values().filter(|item| matches!(item, Item::Param(_)));
            let known: Vec<&str> = params.map(|item| &*item.name().text).collect();
            let message = format!("the file has no parameter `{}`", entry.key);
            let error = Diagnostic::error(Code::UnknownName, entry.key_span, message);
            self.diagnostics.push(match crate::diagnostic::nearest(&entry.key, known.iter().copied()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None if known.is_empty() => {
                    error.help(format!("declare it in the file: `param {}: string`", entry.key))
                }
                None => error.help(format!("its parameters are {}", known.join(", "))),
            });
            return;
        };
        let ty = crate::types::written::resolve(&param.ty, module, &mut self.diagnostics).ty;
        let cx = crate::types::Conform::declared(&self.sources, &entry.key);
        // `--set tag=2` gives a text where the parameter is one: it says its type, other than a value of a chart.
        let value = match (&entry.value.data, ty.present()) {
            (Data::Int(_) | Data::Bool(_), crate::types::Type::String(_)) => {
                Value::string(self.sources.text(entry.value.span), entry.value.span)
            }
            _ => entry.value.clone(),
        };
        let value = crate::types::conform(&value, &ty, &cx, &mut self.diagnostics);
        self.params.insert(Arc::clone(&entry.key), value);
    }

    fn open_values(&mut self, texts: Vec<Text>, flags: Vec<set::Assignment>) {
        let mut merged: Option<Value> = None;
        let mut unread = false;
        for text in texts {
            let file = self.sources.add(SourceFile::new(text.name, text.text));
            let (value, diagnostics) = values::read(file, self.sources.file(file).text());
            self.diagnostics.extend(diagnostics);
            let Some(value) = value else {
                unread = true;
                continue;
            };
            merged = Some(match merged {
                Some(base) => values::merge(base, value),
                None => value,
            });
        }
        // Without one of them nothing can be said of the others.
        let Some(mut values) = merged.filter(|_| !unread) else { return };
        for assignment in &flags {
            values = set::apply(values, assignment);
        }
        self.content = Content::Values { values };
    }

    /// How many releases there are.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Rel { releases, .. } => releases.len(),
            Content::Values { .. } => 1,
            Content::Known { .. } | Content::Nothing => 0,
        }
    }

    /// The names of the environments that its releases are on, as they say it.
    pub fn environments(&self) -> Vec<&str> {
        match &self.content {
            Content::Rel { releases, .. } => releases.iter().map(|release| &*release.environment.text).collect(),
            Content::Values { values } => values.get("environment").and_then(Value::as_str).into_iter().collect(),
            Content::Known { .. } | Content::Nothing => Vec::new(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

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
    fn lint_and(&self, index: usize, environments: &Environments<'_>, behind: Behind<'_>) -> (Built, Vec<Claim>) {
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

    /// Whether its releases say themselves, or the command line does, what they are called and where they are: values files
    /// are often the same release for several places, and say neither.
    pub fn is_placed(&self) -> bool {
        let values = match &self.content {
            Content::Values { values } => values,
            Content::Known { is_placed } => return *is_placed,
            Content::Rel { .. } | Content::Nothing => return true,
        };
        let metadata = values.get("application").and_then(|application| application.get("metadata"));
        let says = |key: &str| metadata.is_some_and(|metadata| metadata.get(key).is_some());
        (self.name.is_some() || says("name")) && (self.namespace.is_some() || says("namespace"))
    }

    /// Gives `each` every file of the user's that holds comments for relc.
    pub fn commented(&self, each: &mut dyn FnMut(&Commented<'_>)) {
        let front = match self.content {
            Content::Rel { .. } => Front::Rel,
            Content::Values { .. } | Content::Known { .. } | Content::Nothing => Front::Values,
        };
        for at in self.definitions..u32::try_from(self.sources.len()).unwrap_or(u32::MAX) {
            let file = FileId(at);
            if Commented::concerns(self.sources.file(file).text()) {
                each(&Commented::of(Tree::read(&self.sources, file, front)));
            }
        }
    }

    /// The file that diagnostics of the whole input are about.
    pub fn main_file(&self) -> FileId {
        self.main
    }
}

/// Manifests as `release.manifests` gives them.
fn named(manifests: &[Manifest], file: FileId) -> Value {
    let span = Span::new(file, 0, 0);
    let text = |text: &str| Value::string(text, span);
    let list = manifests.iter().map(|manifest| {
        let namespace = manifest.namespace.as_deref().map_or(Value::null(span), text);
        let entries = [
            ("apiVersion", text(&manifest.api_version)),
            ("kind", text(&manifest.kind)),
            ("name", text(&manifest.name)),
            ("namespace", namespace),
        ];
        Value::object(entries.into_iter().map(|(key, value)| Entry::new(key, span, value)).collect(), span)
    });
    Value::list(list.collect(), span)
}

/// What looks at a release behind its build.
pub type Behind<'b> = &'b mut dyn FnMut(&Subject<'_>);

/// A release of which nothing is made.
fn failed(name: &str, span: Span, diagnostics: Diagnostics) -> Built {
    let (name, namespace) = (name.to_owned(), String::new());
    Built { name, namespace, span, documents: Vec::new(), made: Vec::new(), diagnostics }
}
