//! `relc env show`: describes one environment or library.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::super::{Outcome, complete, report};
use super::{Format, describe_environment, json, unknown_environment};
use crate::cli::flags::EnvironmentFlags;
use relc_core::check::describe::{Described, Field, Object, Of, Strategy};
use relc_core::check::describe_library::{Declaration, DescribedLibrary, describe_library};
use relc_core::library::Catalog;

/// Show the fields, strategies, objects, watched kinds and lint rules of an environment, or the members of a library.
#[derive(Args)]
pub struct Show {
    /// The name of the environment, or of a library such as `kube`.
    #[arg(add = ArgValueCandidates::new(complete::environments))]
    name: String,

    /// The format of the output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

impl Show {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let catalog = match self.environments.search().catalog_from(Path::new("")) {
            Ok(catalog) => catalog,
            Err(message) => return report::failed(&message),
        };
        let Some(found) = catalog.environment(&self.name) else { return self.library(&catalog) };
        let described = describe_environment(&found, &catalog);
        report::print(&match self.format {
            Format::Text => text(&described),
            Format::Json => format!("{}\n", json(&described)),
        })
    }
}

impl Show {
    /// Shows the library of the name.
    fn library(&self, catalog: &Catalog) -> Outcome {
        let Some(described) = describe_library(catalog, &self.name) else {
            return unknown_environment(&self.name, catalog);
        };
        report::print(&match self.format {
            Format::Text => library_text(&described),
            Format::Json => format!("{}\n", json(&described)),
        })
    }
}

fn library_text(library: &DescribedLibrary) -> String {
    let mut out = format!("{}, a library\n", library.name);
    push_indented(&mut out, 1, &library.documentation);
    section(&mut out, "declarations", &library.declarations, |out, one| declaration(out, 1, one));
    for part in &library.parts {
        let extends = match part.extends.is_empty() {
            true => String::new(),
            false => format!(" extends {}", part.extends.join(", ")),
        };
        section(&mut out, &format!("part {}{extends}", part.name), std::slice::from_ref(part), |out, part| {
            push_indented(out, 1, &part.documentation);
            part.members.iter().for_each(|one| declaration(out, 1, one));
            if !part.rules.is_empty() {
                push_indented(out, 1, &format!("rules: {}", part.rules.join(", ")));
            }
        });
    }
    section(&mut out, "environments", &library.environments, |out, name| push_indented(out, 1, name));
    out
}

fn declaration(out: &mut String, depth: usize, declaration: &Declaration) {
    let Declaration { name, what, code, documentation } = declaration;
    let code = code.as_ref().map_or_else(String::new, |code| format!(" = {code}"));
    push_indented(out, depth, &format!("{name}{code}  ({what})"));
    push_indented(out, depth + 2, documentation);
}

fn text(environment: &Described) -> String {
    let mut out = format!("{}, in {}\n", environment.name, environment.source);
    push_indented(&mut out, 1, &environment.documentation);
    section(&mut out, "strategies", &environment.strategies, strategy);
    let of = |settings: bool| -> Vec<&Field> {
        environment.fields.iter().filter(|field| (field.of == Of::Settings) == settings).collect()
    };
    section(&mut out, "settings", &of(true), |out, one| field(out, 1, one));
    section(&mut out, "a version", &of(false), |out, one| field(out, 1, one));
    section(&mut out, "objects", &environment.objects, |out, one| object(out, 1, one));
    section(&mut out, "the controller watches", &environment.watches, |out, watch| {
        let ready = match watch.ready.is_empty() {
            true => String::new(),
            false => format!(", ready by {}", watch.ready.join(", ")),
        };
        push_indented(out, 1, &format!("{}: {} {}{ready}", watch.short, watch.api_version, watch.kind));
    });
    section(&mut out, "lint rules", &environment.lints, |out, lint| {
        push_indented(out, 1, &format!("{} ({}): {}", lint.name, lint.level, lint.summary));
    });
    out
}

fn section<T>(out: &mut String, title: &str, items: &[T], mut each: impl FnMut(&mut String, &T)) {
    if !items.is_empty() {
        writeln!(out, "\n{title}:").expect("a string can be written to a string");
        items.iter().for_each(|item| each(out, item));
    }
}

fn strategy(out: &mut String, strategy: &Strategy) {
    push_indented(out, 1, &format!("{} (weights {})", strategy.name, strategy.weights));
    push_indented(out, 3, &strategy.documentation);
    strategy.fields.iter().for_each(|one| field(out, 3, one));
    strategy.objects.iter().for_each(|one| object(out, 3, one));
}

fn field(out: &mut String, depth: usize, field: &Field) {
    let headline = if field.headline { "headline " } else { "" };
    let shared = if field.of == Of::Shared { "shared " } else { "" };
    let default = field.default.as_ref().map_or_else(String::new, |default| format!(" = {default}"));
    let place = match &field.place {
        Some(place) => format!("values.yaml: {place}"),
        None => "not in values.yaml".to_owned(),
    };
    push_indented(out, depth, &format!("{headline}{shared}{}: {}{default}  ({place})", field.name, field.ty));
    if let Some(why) = &field.deprecated {
        push_indented(out, depth + 2, &format!("Deprecated: {why}."));
    }
    push_indented(out, depth + 2, &field.documentation);
}

fn object(out: &mut String, depth: usize, object: &Object) {
    let how = match (object.tracked, object.per_version) {
        (true, _) => "for each version, which depends on it",
        (false, true) => "for each version",
        (false, false) => "for the release",
    };
    push_indented(out, depth, &format!("{} {}, {how}", object.api_version, object.kind));
}

/// Appends the lines of `text`, each indented by two spaces per level.
fn push_indented(out: &mut String, depth: usize, text: &str) {
    for line in text.trim_end().lines() {
        writeln!(out, "{}", format!("{}{}", "  ".repeat(depth), line).trim_end())
            .expect("a string can be written to a string");
    }
}
