//! The pages of rules, which diagnostics link to: files in the user's cache, as the program contains them.

use std::collections::BTreeMap;

use lsp_types::Url;
use relc_core::library::Catalog;
use relc_lint::registry::rules;
use relc_project::files::page;

/// The pages written so far, by the names of their rules.
#[derive(Default)]
pub struct Pages {
    known: BTreeMap<String, Option<Url>>,
}

impl Pages {
    /// Returns the URL of a rule's page, if the rule has a description.
    pub fn of(&mut self, name: &str, catalog: &Catalog) -> Option<Url> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let url = write(name, catalog);
        self.known.insert(name.to_owned(), url.clone());
        url
    }
}

fn write(name: &str, catalog: &Catalog) -> Option<Url> {
    let mut text = String::new();
    // Several environments may have a rule of the same name, each with its own description.
    for rule in rules(catalog).iter().filter(|rule| rule.name == name && !rule.is_undocumented()) {
        text.push_str(&format!("# {name}\n\n{}\n\n{}\n", rule.facts(), rule.document.text().trim()));
    }
    let is_page = !text.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_page.then(|| Url::from_file_path(page(&format!("rules/{name}.md"), &text)?).ok()).flatten()
}
