//! What is said of what stands at a place.

use std::ops::Range;

use super::Page;
use super::context::{At, Way, Written, at};
use super::fields::{Known, shown, value};

/// What is said of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: Range<usize>,
    /// What is said, as Markdown.
    pub text: String,
}

/// What is said of what stands at `offset`.
pub fn hover(page: &Page<'_>, offset: usize) -> Option<Hover> {
    let (found, range, written) = at(page, offset)?;
    let text = match found {
        At::Environment => environment(page, &written)?,
        At::Strategy => strategy(&page.text[range.clone()], &written)?,
        At::Key(way, key, _) => field(page, &way.with(key), &written)?,
        At::Value(way) => field(page, &way, &written)?,
        At::Label(version) => label(&written, version)?,
    };
    Some(Hover { range, text })
}

impl Way {
    /// The way on to `key`.
    #[must_use]
    pub fn with(mut self, key: String) -> Way {
        self.keys.push(key);
        self
    }
}

fn environment(page: &Page<'_>, written: &Written) -> Option<String> {
    let found = page.catalog.environment(written.environment.as_ref()?)?;
    let environment = &found.environment;
    let strategies: Vec<String> = environment.strategy_names().map(|name| format!("`{name}`")).collect();
    let doc = environment.declaration.item.doc.as_deref().unwrap_or("");
    Some(format!("**{}**, an environment\n\n{doc}\n\nStrategies: {}", environment.name(), strategies.join(", ")))
}

fn strategy(name: &str, written: &Written) -> Option<String> {
    let environment = &written.prepared.as_ref()?.plan.environment;
    let found = environment.strategy(name.trim_matches(['"', '\'']))?;
    let doc = found.definition.item.doc.as_deref().unwrap_or("");
    Some(format!("**{}**, a strategy of `{}`\n\n{doc}", found.name(), environment.name()))
}

fn field(page: &Page<'_>, way: &Way, written: &Written) -> Option<String> {
    let known: Known = value(written.prepared.as_ref()?, way, page.syntax)?;
    let mut text = match &known.ty {
        Some(ty) => format!("**{}**: {}", known.name, shown(ty)),
        None => format!("**{}**", known.name),
    };
    if known.required {
        text.push_str(", needed");
    }
    if let Some(default) = known.default {
        let default = page.catalog.sources().text(default).to_owned();
        text.push_str(&format!("  \nDefault: `{default}`"));
    }
    if let Some(doc) = &known.documentation {
        text.push_str(&format!("\n\n{doc}"));
    }
    if let Some(part) = &known.part {
        text.push_str(&format!("\n\n*{part}*"));
    }
    Some(text)
}

/// The name of a version's objects and its share of the traffic.
fn label(written: &Written, at: usize) -> Option<String> {
    let version = written.versions.get(at)?;
    let label = version.label.as_ref()?;
    let share = match shares(written).into_iter().nth(at).flatten() {
        Some(share) => format!("\n\nGets {share} of the requests."),
        None => String::new(),
    };
    let name = written.name.as_deref().unwrap_or("release");
    Some(format!("**{}**, version {at} of `{name}`{share}", label.text))
}

/// What each version gets of the requests, where weights are given.
pub fn shares(written: &Written) -> Vec<Option<String>> {
    let weights: Vec<Option<(u64, bool)>> = written.versions.iter().map(|version| version.weight).collect();
    if weights.iter().flatten().any(|(_, percent)| *percent) {
        let given: u64 = weights.iter().flatten().map(|(weight, _)| *weight).sum();
        let open = weights.iter().filter(|weight| weight.is_none()).count();
        let rest = 100_u64.checked_sub(given).filter(|_| open == 1);
        return weights
            .iter()
            .map(|weight| weight.map(|(weight, _)| weight).or(rest).map(|share| format!("{share}%")))
            .collect();
    }
    let sum: u64 = weights.iter().flatten().map(|(weight, _)| *weight).sum();
    let share =
        |weight: Option<(u64, bool)>| weight.filter(|_| sum > 0).map(|(weight, _)| format!("{weight} of {sum} parts"));
    weights.into_iter().map(share).collect()
}
