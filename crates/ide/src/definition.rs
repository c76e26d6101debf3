//! Definitions, references and rename.

use std::ops::Range;

use super::FileContext;
use super::context::{CursorTarget, at};
use super::fields::value;
use relc_core::hir::{Definition, Reference};
use relc_syntax::ast::{ImportWhat, Item};
use relc_syntax::source::{Span, Syntax};

/// The position of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// In this file.
    Here(Range<usize>),
    /// In another file of [`FileContext::sources`].
    There(Span),
    /// A file that is named relative to this one.
    File(String),
}

/// Returns the definition of the name at `offset`.
pub fn definition(page: &FileContext<'_>, offset: usize) -> Option<Target> {
    let place = |span: Span| match span.file == page.file() {
        true => Target::Here(span.range()),
        false => Target::There(span),
    };
    if page.syntax == Syntax::Rel {
        return match &page.names().at(offset)?.definition {
            Definition::File(path) => Some(Target::File(path.to_string())),
            other => other.declared().map(place),
        };
    }
    let (found, range, written) = at(page, offset)?;
    let prepared = written.prepared.as_ref()?;
    let environment = &prepared.plan.environment;
    Some(Target::There(match found {
        CursorTarget::Environment => environment.declaration.item.name.span,
        CursorTarget::Strategy => environment.strategy(&page.text[range])?.definition.item.name.span,
        CursorTarget::Key(way, key, _) => value(prepared, &way.with(key), page.syntax)?.declared?,
        CursorTarget::Value(_) | CursorTarget::Label(..) => return None,
    }))
}

/// A name that was asked for, wherever it is declared.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub text: String,
    /// The file that declares it, and where in that.
    pub declared: (String, Range<usize>),
    /// The range of the name that was asked for.
    pub here: Range<usize>,
    definition: Definition,
}

/// The name at `offset`, if it is one that something is declared by.
pub fn named(page: &FileContext<'_>, offset: usize) -> Option<Named> {
    let found = page.names().at(offset)?;
    let span = found.definition.declared()?;
    let sources = page.sources();
    let text = sources.file(span.file).text().get(span.range())?.to_owned();
    // A whole file has no name in it.
    (!text.is_empty()).then(|| Named {
        text,
        declared: (sources.file(span.file).name().to_owned(), span.range()),
        here: found.range.clone(),
        definition: found.definition.clone(),
    })
}

impl Named {
    /// Checks that it can be renamed.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn renamed(&self) -> Result<(), String> {
        let text = &self.text;
        if self.declared.0.starts_with("<stdlib>/") {
            return Err(format!("`{text}` is part of relc's own library"));
        }
        match self.definition {
            Definition::Let(_)
            | Definition::Param(_)
            | Definition::Fragment(_)
            | Definition::Type(_)
            | Definition::Local(_) => Ok(()),
            Definition::Field(_) => Err(format!("`{text}` is a field: values files name it, too, and are not changed")),
            Definition::Part(_) | Definition::Strategy(_) => {
                Err(format!("`{text}` is named by releases and values files, which are not changed"))
            }
            _ => Err(format!("`{text}` cannot be renamed")),
        }
    }
}

/// A place of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The name in the text.
    pub range: Range<usize>,
    /// True if it is a key, too, as in `{ port }`.
    pub shorthand: bool,
    /// True if it is the definition.
    pub declares: bool,
}

/// The places of a name in a page, in their order.
pub fn occurrences(page: &FileContext<'_>, named: &Named) -> Vec<Occurrence> {
    let sources = page.sources();
    let here = sources.file(page.file()).name();
    let found = page.names().references().iter().filter_map(|reference| {
        let span = reference.definition.declared()?;
        let is_it = span.range() == named.declared.1 && sources.file(span.file).name() == named.declared.0;
        let declares = here == named.declared.0 && reference.range == named.declared.1;
        is_it.then(|| Occurrence { range: reference.range.clone(), shorthand: reference.shorthand, declares })
    });
    let mut found: Vec<Occurrence> = found.collect();
    found.dedup();
    found
}

/// Returns true if a definition of `name` would conflict with one in the file: a declaration, an import, a local name, or a
/// field next to it.
pub fn is_taken(page: &FileContext<'_>, name: &str) -> bool {
    let declared = page.ast().items.iter().any(|item| match item {
        Item::Import(import) => match &import.what {
            ImportWhat::File { alias, .. } => *alias.text == *name,
            ImportWhat::Libraries(imports) => imports.iter().any(|known| *known.local().text == *name),
        },
        _ => false,
    });
    let mut references = page.names().references().iter();
    declared || references.any(|reference| page.text.get(reference.range.clone()) == Some(name))
}

/// Returns true if the file accesses a member of this name in a value whose type is unknown: renaming the member of a part
/// would then be a guess.
pub fn unsure(page: &FileContext<'_>, named: &Named) -> bool {
    let is_members = matches!(named.definition, Definition::Let(_) | Definition::Fragment(_));
    let defines = page.ast().items.iter().any(|item| matches!(item, Item::Part(_) | Item::Environment(_)));
    let is_same = |reference: &Reference| {
        matches!(reference.definition, Definition::Key(None))
            && page.text.get(reference.range.clone()) == Some(&named.text)
    };
    is_members && defines && page.names().references().iter().any(is_same)
}
