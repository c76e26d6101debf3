//! Words of the language by what is before the cursor: headers of releases, beginnings of declarations, `when`.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexical::closers;
use super::part::{of_items, of_module};
use super::shape::Shape;
use super::{Candidate, CandidateKind, Listed, environments, plain, shaped, strategies, usual};
use crate::FileContext;
use crate::context::{of_release, releases};
use relc_core::library::Module;
use relc_syntax::ast::{ImportWhat, Item, Part, Version};
use relc_syntax::keywords::DECLARATIONS;
use relc_syntax::source::Syntax;

/// Completes by the words before the cursor: the header of a release, the beginning of a declaration, and what follows the value of a
/// version. Returns `None` where these don't decide.
pub(super) fn page_words(
    page: &FileContext<'_>,
    before: &str,
    range: &Range<usize>,
    list: &dyn Fn(&str) -> Vec<Listed>,
) -> Option<Vec<Candidate>> {
    if page.syntax == Syntax::Yaml {
        return None;
    }
    let line = before.rsplit('\n').next().unwrap_or("");
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_after_space = page.text[before.len()..range.start].contains([' ', '\t']);
    let after = page.text[range.end..].split('\n').next().unwrap_or("");
    let plainly = |words: &[(&str, &str)]| words.iter().map(|word| plain_word(word, range)).collect();
    match words[..] {
        ["release" | "let" | "param" | "type" | "fragment" | "part" | "environment"] if is_after_space => {
            Some(Vec::new())
        }
        ["release", _] if is_after_space => Some(plainly(&[("on", "the environment of the release follows")])),
        ["release", _, "on"] => Some(environments(page, range)),
        ["release", _, "on", environment] if is_after_space && !environment.ends_with(['{', '<']) => {
            let mut found = strategies(page, environment, range);
            found.extend(header_end(after, range));
            Some(found)
        }
        ["release", _, "on", _, strategy] if is_after_space && !strategy.contains(['{', '<']) => {
            Some(header_end(after, range))
        }
        ["import", ..] if !line.contains('"') => Some(libraries(page, &words, range, list)),
        ["environment" | "part", _, "extends", ..] if !line.contains('{') => {
            let is_next = before.ends_with(',') || words.len() == 3;
            Some(if is_next { extended(page, words[1], range) } else { body(after, range) })
        }
        [] if closers(before).is_empty() => Some(declarations(page, after, range, list)),
        [.., "when"] => Some(subjects(range)),
        [.., "and" | "or"] if words.contains(&"when") => Some(subjects(range)),
        [.., "path" | "method"] | [.., "header" | "query", _] if words.contains(&"when") && is_after_space => {
            Some(tests(range))
        }
        _ => after_value(page, before.len(), after, range).filter(|_| is_after_space),
    }
}

fn plain_word((word, what): &(&str, &str), range: &Range<usize>) -> Candidate {
    plain(word, CandidateKind::Word, what, format!("{word} "), range)
}

/// The rest of a header: settings and versions, unless they are there.
fn header_end(after: &str, range: &Range<usize>) -> Vec<Candidate> {
    if !after.trim().is_empty() {
        return Vec::new();
    }
    let versions = Shape::default().text("<\n  ").hole(["stable"]).text(" \"").hole(["image"]).text("\"\n>");
    let settings = Shape::default()
        .text("{ ")
        .hole([])
        .text(" } <\n  ")
        .hole(["stable"])
        .text(" \"")
        .hole(["image"])
        .text("\"\n>");
    vec![
        shaped("< … >", CandidateKind::Word, "the versions", "<", versions, range),
        shaped("{ … } < … >", CandidateKind::Word, "settings, and the versions", "{", settings, range),
    ]
}

/// The body of a part or an environment, unless it is there.
fn body(after: &str, range: &Range<usize>) -> Vec<Candidate> {
    let shape = Shape::default().text("{\n  ").hole([]).text("\n}");
    let found = shaped("{ … }", CandidateKind::Word, "the fields, objects and rules", "{", shape, range);
    if after.trim().is_empty() { vec![found] } else { Vec::new() }
}

/// The declarations, as they begin.
fn declarations(
    page: &FileContext<'_>,
    after: &str,
    range: &Range<usize>,
    list: &dyn Fn(&str) -> Vec<Listed>,
) -> Vec<Candidate> {
    let is_alone = after.trim().is_empty() || after.trim_start().starts_with("//");
    if !is_alone && range.is_empty() {
        return Vec::new();
    }
    let is_new = |found: &&Candidate| !page.ast().items.iter().any(|item| imports(item, &found.filter));
    let importable = libraries(page, &["import"], range, list);
    let importable: Vec<String> = importable.iter().filter(is_new).map(Candidate::filled).collect();
    let names = [unused(page, "name"), unused(page, "Name")];
    let candidate = |(word, what): &(&str, &str)| {
        let hole = |shape: Shape, word: &str| shape.hole([word]);
        let [name, type_name] = &names;
        let begin = Shape::default().text(&format!("{word} "));
        let shape = match *word {
            "release" => {
                hole(hole(begin, name).text(" on "), usual::below("@environment").next().unwrap_or("environment"))
                    .text(" <\n  ")
                    .hole(["stable"])
                    .text(" \"")
                    .hole(["image"])
                    .text("\"\n>")
            }
            "let" => hole(hole(begin, name).text(" = "), "\"\""),
            "param" => hole(hole(hole(begin, name).text(": "), "string").text(" = "), "\"\""),
            "type" => hole(hole(begin, type_name).text(" = "), "string"),
            "fragment" => hole(hole(begin, name).text("() = "), "\"\""),
            "part" | "environment" => hole(begin, name).text(" {\n  ").hole([]).text("\n}"),
            "apply" => hole(begin.hole([]).text(" to \""), "*").text("\""),
            "import" if !importable.is_empty() => begin.hole(importable.iter().map(String::as_str)),
            _ => return plain_word(&(word, what), range),
        };
        if is_alone {
            shaped(word, CandidateKind::Word, what, word, shape, range)
        } else {
            plain_word(&(word, what), range)
        }
    };
    DECLARATIONS.iter().map(candidate).collect()
}

/// Returns `name`, with a number if the file declares it.
fn unused(page: &FileContext<'_>, name: &str) -> String {
    let declares = |item: &Item, name: &str| {
        let known = match item {
            Item::Let(item) => &item.name,
            Item::Param(item) => &item.name,
            Item::Type(item) => &item.name,
            Item::Fragment(item) => &item.name,
            Item::Part(item) | Item::Environment(item) => &item.name,
            Item::Release(item) => &item.name,
            Item::Import(_) | Item::Apply(_) => return false,
        };
        *known.text == *name
    };
    let is_free = |name: &String| !page.ast().items.iter().any(|item| declares(item, name));
    let numbered = (2_u64..).map(|number| format!("{name}{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// Returns true if a declaration imports the library or file `name`.
fn imports(item: &Item, name: &str) -> bool {
    match item {
        Item::Import(import) => match &import.what {
            ImportWhat::Libraries(libraries) => libraries.iter().any(|imported| *imported.library.text == *name),
            ImportWhat::File { path, .. } => *path.text == *name,
        },
        _ => false,
    }
}

/// The subjects of a test, each with a whole test.
fn subjects(range: &Range<usize>) -> Vec<Candidate> {
    let named = |word: &str, name: &'static str| {
        Shape::default()
            .text(&format!("{word} "))
            .hole([name])
            .text(" ")
            .hole(["is", "prefix", "matches"])
            .text(" \"")
            .hole(["value"])
            .text("\"")
    };
    let path = Shape::default().text("path ").hole(["prefix", "is", "matches"]).text(" \"").hole(["/"]).text("\"");
    let method = Shape::default().text("method is \"").hole(["GET", "POST", "PUT", "DELETE"]).text("\"");
    [
        ("header", "a header of the request, by its name", named("header", "traffic")),
        ("query", "a parameter of its query, by its name", named("query", "name")),
        ("path", "its path", path),
        ("method", "its HTTP method", method),
    ]
    .into_iter()
    .map(|(word, what, shape)| shaped(word, CandidateKind::Word, what, word, shape, range))
    .collect()
}

/// The comparisons of a test.
fn tests(range: &Range<usize>) -> Vec<Candidate> {
    let test = |(word, what): (&str, &str)| {
        let shape = Shape::default().text(&format!("{word} \"")).hole([]).text("\"");
        shaped(word, CandidateKind::Word, what, word, shape, range)
    };
    [("is", "equal"), ("prefix", "begins with"), ("matches", "an RE2 pattern over the whole value")].map(test).to_vec()
}

/// The libraries that are not imported on the line, and the files that can be imported.
fn libraries(
    page: &FileContext<'_>,
    words: &[&str],
    range: &Range<usize>,
    list: &dyn Fn(&str) -> Vec<Listed>,
) -> Vec<Candidate> {
    let is_new = |name: &&str| words.iter().all(|word| word.trim_end_matches(',') != *name);
    let catalog = page.environments.catalog();
    let names = catalog.libraries().filter(is_new).filter(|name| !imports_page(page, name));
    let mut found: Vec<Candidate> = Vec::new();
    if words.len() == 1 {
        for listed in list("").into_iter().filter(|listed| !listed.is_directory) {
            let Some(stem) = listed.name.strip_suffix(".rel").filter(|stem| !stem.ends_with(".test")) else { continue };
            let alias: String =
                stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
            let shape = Shape::default().text(&format!("\"{}\" as ", listed.name)).hole([alias.as_str()]);
            found.push(shaped(
                &format!("\"{}\"", listed.name),
                CandidateKind::File,
                "file",
                &listed.name,
                shape,
                range,
            ));
        }
    }
    found.extend(names.map(|name| plain(name, CandidateKind::Module, "library", name.to_owned(), range)));
    found
}

/// Returns true if a library is the file itself or imports it, so that the file can't import it.
fn imports_page(page: &FileContext<'_>, library: &str) -> bool {
    fn reaches(module: &Module, own: &str) -> bool {
        *module.name == *own || module.imports.values().any(|module| reaches(module, own))
    }
    let catalog = page.environments.catalog();
    // relc's own libraries import each other only.
    if catalog.replaceable().contains(library) {
        return false;
    }
    let Some(own) = page.links().map(|linked| &linked.module.name) else { return false };
    *library == **own || catalog.library(library).is_some_and(|(module, _)| reaches(&module, own))
}

/// Returns what `part` can extend: parts of the file and of its imports, and environments.
fn extended(page: &FileContext<'_>, part: &str, range: &Range<usize>) -> Vec<Candidate> {
    let Some(linked) = page.links() else { return Vec::new() };
    let own = of_items(&linked.module, "", range);
    let imported = linked.module.imports.iter().flat_map(|(name, module)| of_module(module, name, range));
    let extending = extending(page, part);
    let is_part = |found: &Candidate| matches!(found.kind, CandidateKind::Module | CandidateKind::Environment);
    let found = own.into_iter().chain(imported).filter(is_part).chain(environments(page, range));
    found.filter(|found| !extending.contains(found.label.as_str())).collect()
}

/// Returns the names of `part` and of the parts and environments of the file that extend it, which it can't extend.
fn extending<'p>(page: &'p FileContext<'_>, part: &'p str) -> BTreeSet<&'p str> {
    let parts: Vec<&Part> = { page.ast().items.iter() }
        .filter_map(|item| match item {
            Item::Part(part) | Item::Environment(part) => Some(&**part),
            _ => None,
        })
        .collect();
    let mut found = BTreeSet::from([part]);
    loop {
        let extends = |part: &&&Part| part.extends.iter().any(|name| found.contains(&*name.text));
        let new: Vec<&str> = { parts.iter().filter(extends) }.map(|part| &*part.name.text).collect();
        let count = found.len();
        found.extend(new);
        if found.len() == count {
            return found;
        }
    }
}

/// Returns what can follow a version's value at the end of its line: its fields, and its `when`. Returns `None` elsewhere.
fn after_value(page: &FileContext<'_>, end: usize, after: &str, range: &Range<usize>) -> Option<Vec<Candidate>> {
    let end = u32::try_from(end).ok().filter(|_| after.trim().is_empty())?;
    let ends_here = |version: &Version| {
        let last = version.fields.as_ref().or(version.headline.as_ref()).map(|last| last.span.end);
        last == Some(end) && version.when.is_none()
    };
    let (index, release) =
        releases(page.ast()).enumerate().find(|(_, release)| release.versions.iter().any(ends_here))?;
    let at = release.versions.iter().position(ends_here)?;
    let mut found = Vec::new();
    if release.versions[at].fields.is_none() {
        let fields = Shape::default().text("{ ").hole([]).text(" }");
        found.push(shaped("{ … }", CandidateKind::Word, "the fields of the version", "{", fields, range));
    }
    let prepared = of_release(page, index, release).prepared;
    if at > 0 && prepared.is_some_and(|prepared| prepared.reads().when()) {
        let shape = Shape::default().text("when header ").hole(["traffic"]).text(" is \"").hole(["test"]).text("\"");
        found.push(shaped("when", CandidateKind::Word, "the requests that the version gets", "when", shape, range));
    }
    Some(found)
}
