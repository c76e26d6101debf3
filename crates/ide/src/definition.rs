//! Definitions, references and rename.

use std::ops::Range;

use super::FileContext;
use super::context::{CursorTarget, at, releases, touches};
use super::fields::value;
use relc_core::hir::{Definition, Reference};
use relc_syntax::ast::{ImportWhat, Item, Name};
use relc_syntax::keywords::RESERVED;
use relc_syntax::source::{FileId, Span, Syntax};

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
    meaning: Meaning,
}

/// What a name means.
#[derive(Clone, Debug)]
enum Meaning {
    /// What it is declared as.
    Declared(Definition),
    /// A release.
    Release,
    /// A version of the release at this index of the file.
    Label(usize),
}

/// Returns the name at `offset`, if something is declared by it.
pub fn named(page: &FileContext<'_>, offset: usize) -> Option<Named> {
    in_header(page, offset).or_else(|| declared(page, offset))
}

fn declared(page: &FileContext<'_>, offset: usize) -> Option<Named> {
    let found = page.names().at(offset)?;
    let span = found.definition.declared()?;
    let sources = page.sources();
    let text = sources.file(span.file).text().get(span.range())?.to_owned();
    // A whole file has no name in it.
    (!text.is_empty()).then(|| Named {
        text,
        declared: (sources.file(span.file).name().to_owned(), span.range()),
        here: found.range.clone(),
        meaning: Meaning::Declared(found.definition.clone()),
    })
}

/// Returns the name of a release or the label of a version at `offset`.
fn in_header(page: &FileContext<'_>, offset: usize) -> Option<Named> {
    let labels = |(index, release): (usize, &relc_syntax::ast::Release)| {
        let labels = release.versions.iter().filter_map(|version| version.label.clone());
        let labels: Vec<(Name, Meaning)> = labels.map(|label| (label, Meaning::Label(index))).collect();
        std::iter::once((release.name.clone(), Meaning::Release)).chain(labels)
    };
    let mut names = releases(page.ast()).enumerate().flat_map(labels);
    let (name, meaning) = names.find(|(name, _)| touches(name.span, offset))?;
    // A missing name has no text, and a quoted one more than its own.
    let is_plain = !name.text.is_empty() && page.text.get(name.span.range()) == Some(&*name.text);
    let range = name.span.range();
    let file = page.sources().file(page.file()).name().to_owned();
    is_plain.then(|| Named { text: name.text.to_string(), declared: (file, range.clone()), here: range, meaning })
}

impl Named {
    /// Returns true if no other file can refer to it.
    pub fn is_of_this_file(&self) -> bool {
        match &self.meaning {
            Meaning::Release | Meaning::Label(_) | Meaning::Declared(Definition::Local(_)) => true,
            Meaning::Declared(_) => false,
        }
    }

    /// Checks that it can be renamed.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn renamed(&self) -> Result<(), String> {
        let text = &self.text;
        if self.declared.0.starts_with("<stdlib>/") {
            return Err(format!("`{text}` is part of relc's own library"));
        }
        let Meaning::Declared(definition) = &self.meaning else { return Ok(()) };
        match definition {
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

    /// Checks a new name for it.
    ///
    /// # Errors
    /// Why it isn't valid, in a sentence.
    pub fn check_name(&self, new: &str) -> Result<(), String> {
        let text = match &self.meaning {
            Meaning::Release => format!("release {new} on e < \"x\" >\n"),
            Meaning::Label(_) => format!("release a on e < {new} \"x\" >\n"),
            Meaning::Declared(Definition::Type(_)) => format!("type {new} = int\nlet other: {new} = 1\n"),
            Meaning::Declared(_) => format!("let {new} = 1\nlet other = {new}\n"),
        };
        let items = if matches!(self.meaning, Meaning::Declared(_)) { 2 } else { 1 };
        let (file, found) = relc_syntax::parse(FileId(0), &text);
        let is_word = !new.is_empty() && new.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        let starts_with = |is_start: fn(&char) -> bool| new.chars().next().is_some_and(|c| is_start(&c));
        let is_type = matches!(self.meaning, Meaning::Declared(Definition::Type(_)));
        let reason = match () {
            () if is_word && found.is_empty() && file.items.len() == items => return Ok(()),
            () if RESERVED.contains(&new) => "it is a reserved word",
            () if is_type && !starts_with(char::is_ascii_uppercase) => {
                "it must start with a capital letter, as in `Port`"
            }
            () if !is_type && !starts_with(char::is_ascii_lowercase) => {
                "it must start with a lower-case letter, as in `base-image`"
            }
            () => "only letters, digits, `_`, and hyphens inside are allowed",
        };
        Err(format!("`{new}` is not a valid name: {reason}"))
    }

    /// Returns the text that replaces an occurrence. A shorthand entry keeps its key.
    pub fn replacement(&self, place: &Occurrence, new: &str) -> String {
        if place.shorthand { format!("{}: {new}", self.text) } else { new.to_owned() }
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
    let Meaning::Declared(_) = named.meaning else {
        let range = named.declared.1.clone();
        let is_here = here == named.declared.0;
        return is_here.then_some(Occurrence { range, shorthand: false, declares: true }).into_iter().collect();
    };
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

/// Returns true if `named` can't have the new `name`, because the file has another one: a declaration, an import, a local name, a
/// field next to it, another release, or another version of its release.
pub fn is_taken(page: &FileContext<'_>, named: &Named, name: &str) -> bool {
    match named.meaning {
        Meaning::Release => return releases(page.ast()).any(|release| *release.name.text == *name),
        Meaning::Label(index) => {
            let versions = releases(page.ast()).nth(index).map_or(&[][..], |release| &release.versions);
            return versions.iter().any(|version| version.label.as_ref().is_some_and(|label| *label.text == *name));
        }
        Meaning::Declared(_) => {}
    }
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
    let is_members = matches!(named.meaning, Meaning::Declared(Definition::Let(_) | Definition::Fragment(_)));
    let defines = page.ast().items.iter().any(|item| matches!(item, Item::Part(_) | Item::Environment(_)));
    let is_same = |reference: &Reference| {
        matches!(reference.definition, Definition::Key(None))
            && page.text.get(reference.range.clone()) == Some(&named.text)
    };
    is_members && defines && page.names().references().iter().any(is_same)
}
