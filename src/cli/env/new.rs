//! `relc env new`: creates a definition file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use clap_complete::ArgValueCandidates;

use super::super::{Outcome, complete, report};
use super::unknown_environment;
use crate::cli::flags::EnvironmentFlags;
use relc_core::library::{Catalog, Found};
use relc_project::environments::root;
use relc_project::read;
use relc_syntax::source::FileId;
use relc_syntax::{self as syntax, ast};

/// Create an environment: a commented definition file that you can change.
#[derive(Args)]
pub struct New {
    /// The name of the new environment.
    name: String,

    /// Start with a copy of this environment.
    #[arg(long, value_name = "ENV", add = ArgValueCandidates::new(complete::environments))]
    from: Option<String>,

    /// Write DIR/NAME.rel instead of printing it. An existing file isn't overwritten.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

/// The file without `--from`; `NAME` is replaced by the environment's name.
const TEMPLATE: &str = include_str!("../../../templates/environment.rel");

impl New {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        // Before environments are discovered, as relc.toml may name this directory already.
        if let Some(Err(error)) = self.output.as_ref().map(fs::create_dir_all) {
            return report::failed(&format!("cannot make a directory: {}", read::reason(&error)));
        }
        let catalog = match self.environments.search().catalog_from(Path::new("")) {
            Ok(catalog) => catalog,
            Err(message) => return report::failed(&message),
        };
        if let Err(message) = self.check_available(&catalog) {
            return report::failed(&message);
        }
        let text = match &self.from {
            None => TEMPLATE.replace("NAME", &self.name),
            Some(from) => match catalog.environment(from) {
                Some(found) => copy(&found, &self.name, &catalog),
                None => return unknown_environment(from, &catalog),
            },
        };
        if !declares(&text, &self.name) {
            let message =
                format!("`{}` is not a valid name for an environment; use one such as `shop` or `shop-1.2`", self.name);
            return report::failed(&message);
        }
        match &self.output {
            None => report::print(&text),
            Some(directory) => self.write(directory, &text),
        }
    }

    /// Checks that the name is not taken, or may be reused.
    fn check_available(&self, catalog: &Catalog) -> Result<(), String> {
        let name = &self.name;
        let replaces = root(Path::new(""))?.map(|root| root.config.replaces).unwrap_or_default();
        let mut known = catalog.environment_names().into_iter().chain(catalog.libraries());
        if known.any(|known| known == name) && !replaces.contains(name) {
            let help = format!("choose another name, or set `replaces = [\"{name}\"]` in relc.toml");
            return Err(format!("`{name}` is taken: {help}"));
        }
        Ok(())
    }

    fn write(&self, directory: &Path, text: &str) -> Outcome {
        let path = directory.join(format!("{}.rel", self.name));
        let shown = path.display();
        let written = File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        match written {
            Ok(()) => {
                report::note(
                    "written",
                    &format!(
                        "`{shown}`; `relc env check {shown}` reports its errors, and `relc test` runs the tests next to it"
                    ),
                );
                Outcome::Done
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                report::failed(&format!("`{shown}` is there already"))
            }
            Err(error) => report::failed(&format!("cannot write `{shown}`: {}", read::reason(&error))),
        }
    }
}

/// Returns true if `text` parses and declares exactly one environment, `name`.
fn declares(text: &str, name: &str) -> bool {
    let (tree, found) = syntax::parse(FileId(0), text);
    let mut names = tree.items.iter().filter_map(|item| match item {
        ast::Item::Environment(environment) => Some(&*environment.name.text),
        _ => None,
    });
    !found.has_errors() && names.next() == Some(name) && names.next().is_none()
}

/// Copies the file of an environment under another name, without the other environments in it.
fn copy(found: &Found, name: &str, catalog: &Catalog) -> String {
    let declaration = &found.environment.declaration;
    let file = declaration.module.file;
    let sources = catalog.sources();
    let text = sources.file(file).text();
    let mut out = String::new();
    let mut at = 0;
    for item in catalog.tree(file).into_iter().flat_map(|tree| &tree.items) {
        let ast::Item::Environment(part) = item else { continue };
        if part.name.text == declaration.item.name.text {
            let place = part.name.span.range();
            out.push_str(&text[at..place.start]);
            out.push_str(name);
            at = place.end;
        } else {
            let place = part.span.range();
            out.push_str(without_comment(&text[at..place.start]));
            at = place.end;
        }
    }
    out.push_str(text[at..].trim_end());
    let of = &declaration.item.name.text;
    format!("// A copy of `{of}`. To keep only additions, write `extends {of}` instead.\n{out}\n")
}

/// Returns `text` without the `///` lines at its end.
fn without_comment(text: &str) -> &str {
    let mut kept = text.trim_end();
    while let Some(start) = kept.rfind('\n').filter(|start| kept[start + 1..].starts_with("///")) {
        kept = kept[..start].trim_end();
    }
    kept
}
