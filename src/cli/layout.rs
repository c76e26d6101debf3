//! The layout of a directory of manifests: files alone, a kustomization, or a Helm chart.

use std::path::Path;

use super::output::{MARKER, Spool, is_ours, not_ours};
use relc_project::fix::write;

/// The layout of the directory that a build writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A file for each release.
    Files,
    /// The same, with a `kustomization.yaml` that lists them.
    Kustomization,
    /// A chart with a template for each release.
    Chart,
}

impl Layout {
    /// Returns the text of a release's file. Helm evaluates what is in double braces, and routes of Iter8 contain them: a string of Helm's own
    /// language writes them as they are.
    pub fn text(self, manifests: String) -> String {
        match self {
            Layout::Files | Layout::Kustomization => manifests,
            Layout::Chart => manifests.replace("{{", "{{ \"{{\" }}"),
        }
    }

    /// Writes the releases of `spool` to a directory, and returns the names of the files that an earlier build left there. An existing
    /// Chart.yaml stays, as its version and its dependencies belong to the chart's publisher.
    ///
    /// # Errors
    /// A file can't be written, or it is in the way and of another origin.
    pub fn write(self, directory: &Path, spool: Spool) -> Result<Vec<String>, String> {
        match self {
            Layout::Files => spool.write(directory),
            Layout::Kustomization => {
                let path = directory.join("kustomization.yaml");
                if path.exists() && !is_ours(&path, MARKER) {
                    return Err(not_ours(&path));
                }
                let resources: String = spool.names().iter().map(|name| format!("- {name}\n")).collect();
                let stale = spool.write(directory)?;
                write(&path.display().to_string(), &format!("{MARKER}{KUSTOMIZATION}{resources}"))?;
                Ok(stale)
            }
            Layout::Chart => {
                let stale = spool.write(&directory.join("templates"))?;
                let path = directory.join("Chart.yaml");
                if !path.exists() {
                    write(&path.display().to_string(), &chart(&chart_name(directory)))?;
                }
                Ok(stale)
            }
        }
    }
}

/// The head of a kustomization, before the names of its files.
const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n";

fn chart(name: &str) -> String {
    format!("apiVersion: v2\nname: {name}\ndescription: Releases that relc built\ntype: application\nversion: 0.1.0\n")
}

/// Returns the name of a chart in a directory: that of the directory, in the characters that Helm accepts.
fn chart_name(directory: &Path) -> String {
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let name = directory.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let name = name.trim_matches('-');
    // YAML reads a name without letters as a number.
    let has_letters = name.chars().any(|c| c.is_ascii_alphabetic());
    if has_letters { name.to_owned() } else { "releases".to_owned() }
}
