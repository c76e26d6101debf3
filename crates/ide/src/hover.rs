//! Hover.

use std::ops::Range;

use super::FileContext;
use super::compiled::Compiled;
use super::context::{CursorTarget, FieldPath, ReleaseContext, at, releases, touches};
use super::fields::{FieldInfo, reference, shown, value};
use super::kinds::hover_kind;
use relc_core::eval::Function;
use relc_core::hir::{Definition, Reference};
use relc_core::library::Module;
use relc_syntax::ast;

/// The hover of a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The range that it describes.
    pub range: Range<usize>,
    /// The text, as Markdown.
    pub text: String,
}

/// Returns the hover at `offset`.
pub fn hover(page: &FileContext<'_>, offset: usize) -> Option<Hover> {
    let named = page.names().at(offset).and_then(|reference| {
        let text = declaration(page, reference)?;
        Some(Hover { range: reference.range.clone(), text })
    });
    named.or_else(|| hover_kind(page, offset)).or_else(|| in_release(page, offset))
}

/// Returns the hover of a position in a release, from its environment.
fn in_release(page: &FileContext<'_>, offset: usize) -> Option<Hover> {
    let (found, range, written) = at(page, offset)?;
    let text = match found {
        CursorTarget::Environment => environment(page, &written)?,
        CursorTarget::Strategy => strategy(&page.text[range.clone()], &written)?,
        CursorTarget::Key(way, key, _) => field(page, &way.with(key), &written)?,
        CursorTarget::Value(way) => field(page, &way, &written)?,
        CursorTarget::Label(version) => label(page, &written, version)?,
    };
    Some(Hover { range, text })
}

/// The number of lines of a declaration that are shown.
const SHOWN: usize = 12;

/// A name's declaration and its documentation; none of what a release gives, of which its environment says more.
fn declaration(page: &FileContext<'_>, reference: &Reference) -> Option<String> {
    let in_release = || releases(page.ast()).any(|release| touches(release.span, reference.range.start));
    let (what, span) = match &reference.definition {
        Definition::Field(item) if !in_release() => ("a field", item.span),
        Definition::Let(item) => ("a let", item.span),
        Definition::Param(item) => ("a param", item.span),
        Definition::Fragment(item) => ("a fragment", item.span),
        Definition::Type(item) => ("a type", item.span),
        Definition::Part(item) if !in_release() => return Some(part(item)),
        Definition::Strategy(item) if !in_release() => {
            return Some(said("a strategy", &item.name.text, item.doc.as_deref()));
        }
        Definition::Local(name) => return Some(said("a name of this place alone", &name.text, None)),
        Definition::Library(module) => return Some(library(module)),
        Definition::Builtin(_)
        | Definition::ReleaseField(_)
        | Definition::VersionField(_)
        | Definition::BuiltinType(_) => {
            let name = page.text.get(reference.range.clone())?;
            return Some(format!("**{name}**: {}", reference.definition.doc()?));
        }
        Definition::Function => {
            let function = Function::named(page.text.get(reference.range.clone())?)?;
            return Some(format!("```relc\n{}\n```\n\n{}", function.shown(), function.doc));
        }
        _ => return None,
    };
    let name = page.text.get(reference.range.clone())?;
    let sources = page.sources();
    let text = sources.text(span);
    let lines: Vec<&str> = text.lines().take(SHOWN).collect();
    let more = if text.lines().nth(SHOWN).is_some() { "\n…" } else { "" };
    let head = said(what, name, reference.definition.doc());
    Some(format!("{head}\n\n```relc\n{}{more}\n```", lines.join("\n")))
}

fn said(what: &str, name: &str, doc: Option<&str>) -> String {
    match doc {
        Some(doc) => format!("**{name}**, {what}\n\n{doc}"),
        None => format!("**{name}**, {what}"),
    }
}

fn part(part: &ast::Part) -> String {
    let text = said("a part", &part.name.text, part.doc.as_deref());
    let extends: Vec<String> = part.extends.iter().map(|name| format!("`{}`", name.text)).collect();
    if extends.is_empty() { text } else { format!("{text}\n\nExtends {}", extends.join(", ")) }
}

/// A library, with what it declares.
fn library(module: &Module) -> String {
    let names: Vec<String> = module.items.keys().map(|name| format!("`{name}`")).collect();
    format!("{}\n\nDeclares {}", said("a library", &module.name, module.doc.as_deref()), names.join(", "))
}

impl FieldPath {
    /// The way on to `key`.
    #[must_use]
    pub fn with(mut self, key: String) -> FieldPath {
        self.keys.push(key);
        self
    }
}

fn environment(page: &FileContext<'_>, written: &ReleaseContext) -> Option<String> {
    let found = page.environments.catalog().environment(written.environment.as_ref()?)?;
    let environment = &found.environment;
    let strategies: Vec<String> = environment.strategy_names().map(|name| format!("`{name}`")).collect();
    let doc = environment.declaration.item.doc.as_deref().unwrap_or("");
    Some(format!("**{}**, an environment\n\n{doc}\n\nStrategies: {}", environment.name(), strategies.join(", ")))
}

fn strategy(name: &str, written: &ReleaseContext) -> Option<String> {
    let environment = &written.prepared.as_ref()?.plan.environment;
    let found = environment.strategy(name.trim_matches(['"', '\'']))?;
    let doc = found.definition.item.doc.as_deref().unwrap_or("");
    Some(format!("**{}**, a strategy of `{}`\n\n{doc}", found.name(), environment.name()))
}

fn field(page: &FileContext<'_>, way: &FieldPath, written: &ReleaseContext) -> Option<String> {
    let known: FieldInfo = value(written.prepared.as_ref()?, way, page.syntax)?;
    let mut text = match &known.ty {
        Some(ty) => format!("**{}**: {}", known.name, shown(ty)),
        None => format!("**{}**", known.name),
    };
    if known.required {
        text.push_str(", needed");
    }
    if let Some(default) = known.default {
        let default = page.environments.catalog().sources().text(default).to_owned();
        text.push_str(&format!("  \nDefault: `{default}`"));
    }
    if let Some(doc) = &known.documentation {
        text.push_str(&format!("\n\n{doc}"));
    }
    if let Some(part) = &known.part {
        text.push_str(&format!("\n\n*{part}*"));
    }
    if let Some(reference) = known.ty.as_ref().and_then(|ty| reference(written.prepared.as_ref()?, ty)) {
        text.push_str(&format!("\n\n{reference}"));
    }
    Some(text)
}

/// A version's objects and its share of the traffic.
fn label(page: &FileContext<'_>, written: &ReleaseContext, at: usize) -> Option<String> {
    let version = written.versions.get(at)?;
    let label = version.label.as_ref()?;
    let name = written.name.as_deref().unwrap_or("release");
    let mut text = format!("**{}**, version {at} of `{name}`", label.text);
    let compiled = Compiled::of(page, written.index);
    let objects = compiled.as_ref().map(|compiled| compiled.objects(at)).unwrap_or_default();
    if !objects.is_empty() {
        let objects: Vec<String> = objects.iter().map(|object| format!("`{object}`")).collect();
        text.push_str(&format!("\n\nIs {}.", objects.join(", ")));
    }
    if let Some(share) = compiled.and_then(|compiled| compiled.shares()).and_then(|shares| shares.get(at).copied()) {
        text.push_str(&format!("\n\nGets {share} of traffic while all versions are ready."));
    }
    Some(text)
}
