//! The function or fragment whose arguments are being written.

use super::FileContext;
use super::names::part_at;
use relc_core::eval::Function;
use relc_core::library::{Item, Module};
use relc_syntax::ast::{self, Parameter};

/// A call at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The function with its parameters and result, in a line.
    pub label: String,
    /// The parameters, as they are in the label.
    pub parameters: Vec<String>,
    /// The documentation, as Markdown.
    pub documentation: Option<String>,
    /// The index of the argument that the position is in.
    pub active: usize,
}

/// Returns the signature of the call around `offset`.
pub fn signature(page: &FileContext<'_>, offset: usize) -> Option<Signature> {
    let (name, written) = call(&page.text[..offset])?;
    let mut found = match name.rsplit_once('.') {
        None => of_file(page, name, offset),
        Some((library, name)) => {
            let module = page.links()?.module.imports.get(library)?;
            of_module(page, module, name)
        }
    }?;
    // An argument can be named.
    let last = written.rsplit(',').next().unwrap_or("");
    let named = last.split_once(':').map(|(name, _)| name.trim());
    let position = |name: &str| found.parameters.iter().position(|known| known.split(':').next() == Some(name));
    found.active =
        named.and_then(position).unwrap_or(depth_of_commas(written)).min(found.parameters.len().saturating_sub(1));
    Some(found)
}

/// Returns the name before the last parenthesis that is open at the end of `text`, and what is written in it.
fn call(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices().rev() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            ')' | ']' | '}' => depth += 1,
            '[' | '{' if depth == 0 => continue,
            '[' | '{' => depth -= 1,
            '(' if depth > 0 => depth -= 1,
            '(' => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
                let start = text[..at].rfind(|c: char| !is_name(c)).map_or(0, |at| at + 1);
                let name = &text[start..at];
                return name.starts_with(|c: char| c.is_ascii_lowercase()).then_some((name, &text[at + 1..]));
            }
            // A call is in one declaration.
            '\n' if text[at + 1..].starts_with(|c: char| c.is_ascii_lowercase()) => return None,
            _ => {}
        }
    }
    None
}

/// Returns the number of commas of a call that are in no brackets or strings.
fn depth_of_commas(written: &str) -> usize {
    let (mut depth, mut quoted, mut count) = (0_i32, false, 0);
    for c in written.chars() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}

fn of_file(page: &FileContext<'_>, name: &str, offset: usize) -> Option<Signature> {
    let in_part = part_at(page, offset).and_then(|plan| {
        let mut fragments = plan.body.fragments.iter().map(|known| &known.declaration.item);
        fragments.find(|fragment| *fragment.name.text == *name).map(|fragment| of_fragment(page, fragment))
    });
    let own = || page.links().and_then(|linked| of_module(page, &linked.module, name));
    in_part.or_else(own).or_else(|| of_function(Function::named(name)?))
}

fn of_module(page: &FileContext<'_>, module: &Module, name: &str) -> Option<Signature> {
    match module.items.get(name)? {
        Item::Fragment(fragment) => Some(of_fragment(page, fragment)),
        _ => None,
    }
}

fn of_fragment(page: &FileContext<'_>, fragment: &ast::Fragment) -> Signature {
    let sources = page.sources();
    let parameter = |parameter: &Parameter| format!("{}: {}", parameter.name.text, sources.text(parameter.ty.span));
    let parameters: Vec<String> = fragment.params.iter().map(parameter).collect();
    let result = fragment.ty.as_ref().map_or_else(String::new, |ty| format!(": {}", sources.text(ty.span)));
    Signature {
        label: format!("{}({}){result}", fragment.name.text, parameters.join(", ")),
        parameters,
        documentation: fragment.doc.clone(),
        active: 0,
    }
}

fn of_function(function: &Function) -> Option<Signature> {
    let label = function.shown();
    let inner = label.split_once('(')?.1.rsplit_once(')')?.0;
    let parameters = inner.split(", ").map(str::to_owned).collect();
    Some(Signature { parameters, documentation: Some(function.doc.to_owned()), active: 0, label })
}
