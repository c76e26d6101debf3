//! Writes a release of the model that both front ends share as the language has it; the formatter lays it out.

use super::comments::Comments;
use crate::env::Slot;
use crate::lint::Subject;
use crate::lint::edit::write;
use crate::lint::tree::Syntax;
use crate::source::Span;
use crate::syntax::ast::WeightMode;
use crate::value::{Data, Entry, Value};

/// The text of the release.
pub fn release(subject: &Subject<'_>) -> String {
    let settings = settings(subject);
    let versions: Vec<Vec<Entry>> = (0..subject.release.versions.len()).map(|at| fields(subject, at)).collect();
    let mut places = Vec::new();
    settings.iter().for_each(|entry| collect(entry, &mut places));
    for (version, entries) in subject.release.versions.iter().zip(&versions) {
        places.push(version.span);
        entries.iter().for_each(|entry| collect(entry, &mut places));
    }
    let mut writer = Writer { out: String::new(), comments: Comments::of(subject.sources, &places) };
    let head = std::mem::take(&mut writer.comments.head);
    writer.lines(&head);
    writer.header(subject);
    if !settings.is_empty() {
        writer.out.push(' ');
        writer.braces(&settings);
    }
    writer.out.push_str(" <\n");
    for (at, entries) in versions.iter().enumerate() {
        writer.version(subject, at, entries);
    }
    writer.out.push_str(">\n");
    let tail = std::mem::take(&mut writer.comments.tail);
    writer.lines(&tail);
    writer.out
}

/// The settings, as they were typed for their fields.
fn settings(subject: &Subject<'_>) -> Vec<Entry> {
    let plan = &subject.prepared.plan;
    let mut found = Vec::new();
    for entry in &subject.release.settings {
        let typed = match plan.settings_slot(&entry.key) {
            Some(Slot::Field(at)) => subject.given.settings.get(at).cloned().flatten(),
            _ => shared(subject, &entry.key),
        };
        let value = typed.unwrap_or_else(|| entry.value.clone());
        if !value.is_null() {
            found.push(Entry { value, ..entry.clone() });
        }
    }
    found
}

/// What the settings give for all versions, as it was typed for one that does not give it itself.
fn shared(subject: &Subject<'_>, key: &str) -> Option<Value> {
    let Some(Slot::Field(at)) = subject.prepared.plan.version_slot(key) else { return None };
    let versions = subject.release.versions.iter().zip(&subject.given.versions);
    let mut others = versions.filter(|(version, _)| version.fields.iter().all(|field| *field.key != *key));
    others.next().and_then(|(_, given)| given.fields.get(at).cloned().flatten())
}

/// The fields of a version, as they were typed. One that puts aside what all versions share stays.
fn fields(subject: &Subject<'_>, at: usize) -> Vec<Entry> {
    let (version, given) = (&subject.release.versions[at], &subject.given.versions[at]);
    let is_shared = |key: &str| subject.release.settings.iter().any(|entry| *entry.key == *key);
    let typed = |entry: &Entry| {
        let slot = subject.prepared.plan.version_slot(&entry.key);
        let value = match slot {
            Some(Slot::Field(slot)) if !entry.value.is_null() => given.fields.get(slot).cloned().flatten(),
            _ => None,
        };
        Entry { value: value.unwrap_or_else(|| entry.value.clone()), ..entry.clone() }
    };
    version.fields.iter().map(typed).filter(|entry| !entry.value.is_null() || is_shared(&entry.key)).collect()
}

/// Whether the weights are shares of a hundred, which people read as percentages.
fn are_shares(subject: &Subject<'_>) -> bool {
    let weights = subject.release.versions.iter().map(|version| version.weight.as_ref()?.value);
    let sum =
        weights.collect::<Option<Vec<u32>>>().map(|weights| weights.iter().map(|weight| u64::from(*weight)).sum());
    subject.weights() == WeightMode::Split && subject.release.versions.len() > 1 && sum == Some(100_u64)
}

/// The places of an entry and of all that is in it.
fn collect(entry: &Entry, places: &mut Vec<Span>) {
    places.push(entry.key_span);
    collect_in(&entry.value, places);
}

fn collect_in(value: &Value, places: &mut Vec<Span>) {
    match &value.data {
        Data::Object(object) => object.entries.iter().for_each(|entry| collect(entry, places)),
        Data::List(elements) => elements.iter().for_each(|element| {
            places.push(element.value.span);
            collect_in(&element.value, places);
        }),
        _ => {}
    }
}

struct Writer {
    out: String,
    comments: Comments,
}

impl Writer {
    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn header(&mut self, subject: &Subject<'_>) {
        let release = subject.release;
        let name = write::key(&release.name.text, Syntax::Rel);
        // A name that is a word of the header, or begins with a digit, is a text.
        let name = if name == "on" { "\"on\"".to_owned() } else { name };
        self.out.push_str(&format!("release {name} on {}", release.environment.text));
        if let Some(strategy) = &release.strategy {
            self.out.push_str(&format!(" {}", strategy.text));
        }
    }

    fn version(&mut self, subject: &Subject<'_>, at: usize, entries: &[Entry]) {
        let version = &subject.release.versions[at];
        let above = self.comments.above(version.span);
        self.lines(&above);
        let mut parts: Vec<String> = Vec::new();
        let percent = if are_shares(subject) { "%" } else { "" };
        let weight = version.weight.as_ref().and_then(|weight| weight.value);
        parts.extend(weight.map(|weight| format!("{weight}{percent}")));
        let plan = &subject.prepared.plan;
        let main = plan.version.fields.iter().find(|field| field.item.headline).map(|field| &field.item.name.text);
        let is_main = |entry: &&Entry| main == Some(&entry.key) && matches!(entry.value.data, Data::String(_));
        let headline = entries.iter().find(is_main);
        let mut behind = self.comments.behind(version.span);
        if let Some(entry) = headline {
            let above = self.comments.above(entry.key_span);
            self.lines(&above);
            behind.extend(self.comments.behind(entry.key_span));
            parts.extend(write::value(&entry.value, Syntax::Rel));
        }
        let rest: Vec<Entry> = entries.iter().filter(|entry| !is_main(entry)).cloned().collect();
        self.out.push_str(&parts.join(" "));
        if !rest.is_empty() || parts.is_empty() {
            self.out.push_str(if parts.is_empty() { "" } else { " " });
            self.braces(&rest);
        }
        self.end(&behind);
    }

    /// Ends a line, behind comments.
    fn end(&mut self, comments: &[String]) {
        for comment in comments {
            self.out.push_str(&format!(" {comment}\n"));
        }
        if comments.is_empty() {
            self.out.push('\n');
        }
    }

    /// Entries in braces: on one line where nothing is said of them.
    fn braces(&mut self, entries: &[Entry]) {
        if entries.is_empty() {
            self.out.push_str("{}");
            return;
        }
        let mut places = Vec::new();
        entries.iter().for_each(|entry| collect(entry, &mut places));
        if !self.comments.are_about(&places) {
            // The formatter breaks what does not fit.
            let whole = Value::object(entries.to_vec(), entries[0].key_span);
            self.out.push_str(&write::value(&whole, Syntax::Rel).unwrap_or_default());
            return;
        }
        self.out.push_str("{\n");
        for entry in entries {
            let above = self.comments.above(entry.key_span);
            self.lines(&above);
            self.out.push_str(&format!("{}: ", write::key(&entry.key, Syntax::Rel)));
            let behind = self.comments.behind(entry.key_span);
            self.value(&entry.value);
            self.end(&behind);
        }
        self.out.push('}');
    }

    /// Whether comments are in a value.
    fn says_something(&self, value: &Value) -> bool {
        let mut places = Vec::new();
        collect_in(value, &mut places);
        self.comments.are_about(&places)
    }

    fn value(&mut self, value: &Value) {
        match &value.data {
            Data::Object(object) => self.braces(&object.entries),
            Data::List(elements) if self.says_something(value) => {
                self.out.push_str("[\n");
                for element in elements.iter() {
                    // A mapping's first key begins where the mapping does: its comments are the element's.
                    let above = self.comments.above(element.value.span);
                    self.lines(&above);
                    let is_scalar = !matches!(element.value.data, Data::Object(_) | Data::List(_));
                    let behind = if is_scalar { self.comments.behind(element.value.span) } else { Vec::new() };
                    self.value(&element.value);
                    self.end(&behind);
                }
                self.out.push(']');
            }
            _ => self.out.push_str(&write::value(value, Syntax::Rel).unwrap_or_default()),
        }
    }
}
