//! Loads an input: its texts, their imports and other files, and the diagnostics that don't depend on a release.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::files::{ReadFiles, UserImports};
use super::{Content, Input, LoadedInput, Manifest, Options, Releases, SetFlag, Text, link};
use crate::eval::{EvalState, Evaluator};
use crate::helm_values::{self, set};
use crate::library::{Catalog, Item, Loader, Module};
use crate::typeck::{self, Lets};
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::outline::{self, Outline};
use relc_syntax::source::{FileId, SourceFile, Span, SpanSet};

/// Loads `input`.
pub fn load(input: Input, options: &Options, catalog: &Catalog, loader: &dyn Loader) -> LoadedInput {
    let (mut loaded, flags) = LoadedInput::begin(options, catalog);
    match input {
        Input::Rel(text) => loaded.load_rel(text, flags, options.releases, catalog, loader),
        Input::Values(texts) => loaded.load_values(texts, flags),
    }
    loaded
}

/// Creates an input whose diagnostics are cached: it has texts, for reporting them, and no releases to build.
pub fn cached(input: Input, is_placed: bool, options: &Options, catalog: &Catalog) -> LoadedInput {
    let (mut loaded, _) = LoadedInput::begin(options, catalog);
    let texts = match input {
        Input::Rel(text) => vec![text],
        Input::Values(texts) => texts,
    };
    texts.into_iter().for_each(|text| {
        loaded.sources.add(SourceFile::new(text.name, text.text));
    });
    loaded.content = Content::Cached { is_placed };
    loaded
}

impl LoadedInput {
    /// Creates an empty input, and parses the `--set` flags.
    fn begin(options: &Options, catalog: &Catalog) -> (LoadedInput, Vec<set::Assignment>) {
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
        let mut loaded = LoadedInput {
            sources,
            diagnostics: Diagnostics::default(),
            definitions,
            files: ReadFiles::default(),
            params: HashMap::new(),
            name,
            namespace,
            on,
            misread: SpanSet::default(),
            told: OnceLock::new(),
            places: OnceLock::new(),
            unnamed: options.unnamed,
            manifests: options.manifests.as_deref().map(|manifests| named(manifests, FileId(definitions))),
            main: FileId(definitions),
            content: Content::Nothing,
        };
        let flags = loaded.flags(&options.set);
        loaded.main = FileId(u32::try_from(loaded.sources.len()).unwrap_or(u32::MAX));
        (loaded, flags)
    }

    fn flags(&mut self, flags: &[SetFlag]) -> Vec<set::Assignment> {
        // As in Helm, regardless of their order on the command line: strings are set after, and so override, what
        // `--set` sets.
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

    fn load_rel(
        &mut self,
        text: Text,
        flags: Vec<set::Assignment>,
        needed: Releases,
        catalog: &Catalog,
        loader: &dyn Loader,
    ) {
        let name = text.name.clone();
        let file = self.sources.add(SourceFile::new(text.name, text.text));
        let (outline, diagnostics) = outline::outline(file, self.sources.file(file).text());
        let ast = &outline.tree;
        let marked = diagnostics.iter().map(|diagnostic| diagnostic.span);
        self.misread = SpanSet::new(marked.chain(ast.misread.iter().copied()).collect());
        self.diagnostics.extend(diagnostics);
        let mut imports = UserImports::new(catalog, loader, &mut self.sources, &name);
        let (module, linking) = link::this(file, ast, &mut imports);
        let (modules, importing) = imports.finish();
        self.diagnostics.extend(self.independent(importing));
        self.diagnostics.extend(self.independent(linking));
        self.files.read_all(&name, file, ast, loader, &mut self.sources, &mut self.diagnostics);
        for (name, file, ast) in &modules {
            self.files.read_all(name, *file, ast, loader, &mut self.sources, &mut self.diagnostics);
        }
        if outline.is_empty() && needed == Releases::Needed && !self.diagnostics.has_errors() {
            let message = "this file has no release";
            let place = Span::new(file, 0, 0);
            let help = "write one: `release NAME on ENVIRONMENT < … >`";
            self.diagnostics.push(Diagnostic::error(Code::NoVersions, place, message).help(help));
        }
        self.one_name(&outline);
        self.set_params(&module, flags);
        self.check_items(&module);
        self.check_definitions(&module, outline.is_empty());
        self.content = Content::Rel { module, outline };
    }

    /// Reports `--name` for several releases.
    fn one_name(&mut self, outline: &Outline) {
        if let Some(name) = &self.name
            && outline.len() > 1
        {
            let message = format!("`--name` names one release, and this file has {}", outline.len());
            let second = outline.release(1, &self.sources).name.span;
            let error = Diagnostic::error(Code::InvalidName, second, message);
            self.diagnostics
                .push(error.related(name.span, "set here").help("remove `--name`: the file names its releases"));
        }
    }

    /// Sets the parameters of a `.rel` file from `--set`.
    fn set_params(&mut self, module: &Arc<Module>, flags: Vec<set::Assignment>) {
        let nothing = Span::new(module.file, 0, 0);
        let mut given = Value::object(Vec::new(), nothing);
        given = set::apply(given, &flags);
        let ValueKind::Object(given) = given.data else { return };
        for entry in &given.entries {
            self.set_param(module, entry);
        }
    }

    /// Checks the lets and parameters of a file against their types, even if no release uses them.
    fn check_items(&mut self, module: &Arc<Module>) {
        let state = EvalState::default();
        let evaluator = Evaluator::new(None, Some(&self.params), &self.files, self.definitions, &state);
        let mut found = Diagnostics::default();
        for item in module.items.values() {
            let (name, ty, value) = match item {
                Item::Let(let_) => (&let_.name, let_.ty.as_ref(), let_.value.as_deref()),
                Item::Param(param) => (&param.name, Some(&param.ty), param.value.as_ref()),
                Item::Type(_) | Item::Fragment(_) | Item::Part(_) | Item::Environment(_) => continue,
            };
            let ty = ty.map(|ty| crate::types::written::resolve(ty, module, &mut found).ty);
            // By name, so that it is evaluated once.
            let named = |_| ast::Expr { kind: ast::ExprKind::Name(Arc::clone(&name.text)), span: name.span };
            let value = value.map(named).map(|named| evaluator.eval(&named, &crate::eval::Scope::module(module)));
            if let (Some(ty), Some(value)) = (ty, value) {
                let cx = crate::types::Coercion::declared(&self.sources, &name.text);
                crate::types::validate(&value, &ty, &cx, &mut found);
            }
        }
        let mut evaluated = evaluator.take_diagnostics();
        evaluated.extend(found);
        self.diagnostics.extend(self.independent(evaluated));
    }

    /// Checks the definitions in the file and in those that it imports by path, unless there are errors already.
    fn check_definitions(&mut self, module: &Arc<Module>, has_no_releases: bool) {
        if self.diagnostics.has_errors() {
            return;
        }
        let is_part = |item: &Item| matches!(item, Item::Part(_) | Item::Environment(_));
        let defines = has_no_releases && module.items.values().any(is_part);
        let lets = if defines { Lets::AreDefinitions } else { Lets::AreValues };
        let mut found = typeck::file(module, lets, &self.sources);
        let mut modules = vec![Arc::clone(module)];
        let mut next = 0;
        while let Some(module) = modules.get(next).cloned() {
            let own = module.imports.values().filter(|import| import.file.0 >= self.definitions);
            for import in own {
                if modules.iter().all(|known| known.file != import.file) {
                    found.extend(typeck::file(import, Lets::AreValues, &self.sources));
                    modules.push(Arc::clone(import));
                }
            }
            next += 1;
        }
        self.diagnostics.extend(self.independent(found));
    }

    fn set_param(&mut self, module: &Arc<Module>, entry: &Entry) {
        let Some(Item::Param(param)) = module.items.get(&entry.key) else {
            let params = module.items.values().filter(|item| matches!(item, Item::Param(_)));
            let known: Vec<&str> = params.map(|item| &*item.name().text).collect();
            let message = format!("the file has no parameter `{}`", entry.key);
            let error = Diagnostic::error(Code::UnknownName, entry.key_span, message);
            self.diagnostics.push(match relc_syntax::diagnostic::nearest(&entry.key, known.iter().copied()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None if known.is_empty() => {
                    error.help(format!("declare it in the file: `param {}: string`", entry.key))
                }
                None => error.help(format!("its parameters are {}", known.join(", "))),
            });
            return;
        };
        let ty = crate::types::written::resolve(&param.ty, module, &mut self.diagnostics).ty;
        let cx = crate::types::Coercion::declared(&self.sources, &entry.key);
        // `--set tag=2` sets a string if the parameter is one: unlike a chart's value, it has a declared type.
        let value = match (&entry.value.data, ty.present()) {
            (ValueKind::Int(_) | ValueKind::Bool(_), crate::types::Type::String(_)) => {
                Value::string(self.sources.text(entry.value.span), entry.value.span)
            }
            _ => entry.value.clone(),
        };
        let value = crate::types::coerce(&value, &ty, &cx, &mut self.diagnostics);
        self.params.insert(Arc::clone(&entry.key), value);
    }

    fn load_values(&mut self, texts: Vec<Text>, flags: Vec<set::Assignment>) {
        let mut merged: Option<Value> = None;
        let mut unread = false;
        for text in texts {
            let file = self.sources.add(SourceFile::new(text.name, text.text));
            let (value, diagnostics) = crate::frontend::embedded::read(file, self.sources.file(file).text());
            self.diagnostics.extend(diagnostics);
            let Some(value) = value else {
                unread = true;
                continue;
            };
            merged = Some(match merged {
                Some(base) => helm_values::merge(base, value),
                None => value,
            });
        }
        // If one file is invalid, the others can't be checked.
        let Some(mut values) = merged.filter(|_| !unread) else { return };
        values = set::apply(values, &flags);
        self.content = Content::Values { values };
    }
}

/// Returns the manifests in the form of `release.manifests`.
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
            ("spec", manifest.spec.clone()),
        ];
        Value::object(entries.into_iter().map(|(key, value)| Entry::new(key, span, value)).collect(), span)
    });
    Value::list(list.collect(), span)
}
