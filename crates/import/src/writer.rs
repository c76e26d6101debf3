//! Writes a release of the front ends' common model in the language; the formatter sets its lines.

use std::collections::BTreeSet;
use std::ops::Range;

use super::comments::{CommentSet, Comments, Path, element};
use relc_core::compile::Subject;
use relc_core::edit::write;
use relc_core::frontend::settings_places;
use relc_core::helm_values::header::{APPLICATION, HeaderKey, NAMESPACE};
use relc_core::library::FieldSlot;
use relc_core::value::{Entry, Value, ValueKind};
use relc_syntax::ast::WeightMode;
use relc_syntax::source::{FileId, Span, Syntax};

/// Returns the text of the release, with the comments of `files`, and with its namespace if the values don't set it.
pub fn release(subject: &Subject<'_>, files: Range<u32>, namespace: Option<&str>) -> String {
    let mut comments = Comments::read(subject.sources, files);
    let mut settings = located(settings(subject), &comments);
    let versions: Vec<Vec<Located>> =
        (0..subject.release.versions.len()).map(|at| located(fields(subject, at), &comments)).collect();
    comments.settle(&lines(&settings, &versions), &application());
    if let Some(entry) = namespace.and_then(|namespace| namespace_setting(subject, namespace)) {
        settings.insert(0, Located { path: flag_path(&entry), entry });
    }
    let mut writer = Writer { out: String::new(), comments };
    let CommentSet { above, end, .. } = writer.comments.take(&[]);
    writer.lines(&above);
    writer.header(subject);
    let about = writer.comments.take(&application());
    if !settings.is_empty() || !about.end.is_empty() {
        writer.out.push(' ');
        writer.braces(&settings, about);
    }
    let about = writer.comments.take(&all_versions());
    writer.out.push_str(" <\n");
    writer.lines(&about.above);
    writer.lines(&about.after);
    for (at, entries) in versions.iter().enumerate() {
        writer.version(subject, at, entries);
    }
    writer.lines(&about.end);
    writer.out.push_str(">\n");
    writer.lines(&end);
    writer.out
}

/// An entry and its path in the values.
#[derive(Clone)]
struct Located {
    path: Path,
    entry: Entry,
}

fn located(entries: Vec<Entry>, comments: &Comments) -> Vec<Located> {
    let located = |entry: Entry| {
        let path = comments.path(entry.key_span).unwrap_or_else(|| flag_path(&entry));
        Located { path, entry }
    };
    entries.into_iter().map(located).collect()
}

/// Returns the path of an entry that a flag sets, which is in no file.
fn flag_path(entry: &Entry) -> Path {
    vec![String::new(), entry.key.to_string()]
}

/// Returns the path of the release in the values.
fn application() -> Path {
    vec![APPLICATION.to_owned()]
}

/// Returns the path of the versions.
fn all_versions() -> Path {
    HeaderKey::Versions.keys().map(str::to_owned).collect()
}

fn version(at: usize) -> Path {
    join(&all_versions(), &element(at))
}

fn join(path: &[String], segment: &str) -> Path {
    [path, &[segment.to_owned()]].concat()
}

/// Returns the paths that have lines of their own.
fn lines(settings: &[Located], versions: &[Vec<Located>]) -> BTreeSet<Path> {
    let mut paths = BTreeSet::from([all_versions()]);
    paths.extend((0..versions.len()).map(version));
    for located in settings.iter().chain(versions.iter().flatten()) {
        collect(&located.entry.value, &located.path, &mut paths);
    }
    paths
}

fn collect(value: &Value, path: &[String], paths: &mut BTreeSet<Path>) {
    paths.insert(path.to_vec());
    match &value.data {
        ValueKind::Object(object) => object.entries.iter().for_each(|entry| {
            collect(&entry.value, &join(path, &entry.key), paths);
        }),
        ValueKind::List(elements) => elements.iter().enumerate().for_each(|(at, inner)| {
            collect(&inner.value, &join(path, &element(at)), paths);
        }),
        _ => {}
    }
}

/// Returns the setting for the release's namespace, if the environment has one and the values don't set it.
pub fn namespace_setting(subject: &Subject<'_>, namespace: &str) -> Option<Entry> {
    let field = settings_places(&subject.prepared.plan).field(NAMESPACE)?;
    let is_set = subject.release.settings.iter().any(|entry| entry.key == field && !entry.value.is_null());
    let span = subject.release.span;
    (!is_set).then(|| Entry::new(field, span, Value::string(namespace, span)))
}

/// Returns the settings, coerced to the types of their fields.
pub fn settings(subject: &Subject<'_>) -> Vec<Entry> {
    let plan = &subject.prepared.plan;
    let mut found = Vec::new();
    for entry in &subject.release.settings {
        let typed = match plan.settings_field(&entry.key) {
            Some(FieldSlot::Setting(at)) => subject.given.settings.get(at).cloned().flatten(),
            Some(FieldSlot::Version(at)) => shared(subject, &entry.key, at),
            None => None,
        };
        let value = typed.unwrap_or_else(|| entry.value.clone());
        if !value.is_null() {
            found.push(Entry { value, ..entry.clone() });
        }
    }
    found
}

/// Returns the value that the settings share among all versions, coerced as for a version that doesn't override it.
fn shared(subject: &Subject<'_>, key: &str, at: usize) -> Option<Value> {
    let versions = subject.release.versions.iter().zip(&subject.given.versions);
    let mut others = versions.filter(|(version, _)| version.fields.iter().all(|field| *field.key != *key));
    others.next().and_then(|(_, given)| given.fields.get(at).cloned().flatten())
}

/// Returns the fields of a version, coerced. A field that unsets a shared value is kept.
pub fn fields(subject: &Subject<'_>, at: usize) -> Vec<Entry> {
    let (version, given) = (&subject.release.versions[at], &subject.given.versions[at]);
    let is_shared = |key: &str| subject.release.settings.iter().any(|entry| *entry.key == *key);
    let typed = |entry: &Entry| {
        let slot = subject.prepared.plan.version_field(&entry.key).filter(|_| !entry.value.is_null());
        let value = match slot {
            // An empty string sets nothing.
            Some(slot) => given.fields.get(slot).cloned().flatten().unwrap_or(Value::null(entry.value.span)),
            None => entry.value.clone(),
        };
        Entry { value, ..entry.clone() }
    };
    version.fields.iter().map(typed).filter(|entry| !entry.value.is_null() || is_shared(&entry.key)).collect()
}

/// Returns true if the weights are shares of 100, which people read as percentages.
fn are_percentages(subject: &Subject<'_>) -> bool {
    let versions = &subject.release.versions;
    let are_set = versions.len() > 1 && versions.iter().all(|version| version.weight.is_some());
    let shares = subject.shares().filter(|_| are_set && subject.weights() == WeightMode::Split);
    shares.is_some_and(|shares| shares.iter().all(|share| share.total == 100))
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
        // A name that is a keyword of the header or starts with a digit must be a string.
        let name = if name == "on" { "\"on\"".to_owned() } else { name };
        self.out.push_str(&format!("release {name} on {}", release.environment.text));
        if let Some(strategy) = &release.strategy {
            self.out.push_str(&format!(" {}", strategy.text));
        }
    }

    fn version(&mut self, subject: &Subject<'_>, at: usize, entries: &[Located]) {
        let (version, path) = (&subject.release.versions[at], version(at));
        let mut about = self.comments.take(&path);
        self.lines(&about.above);
        let mut parts: Vec<String> = Vec::new();
        let percent = if are_percentages(subject) { "%" } else { "" };
        let weight = version.weight.as_ref().and_then(|weight| weight.value);
        parts.extend(weight.map(|weight| format!("{weight}{percent}")));
        let plan = &subject.prepared.plan;
        let main = plan.version.fields.iter().find(|field| field.item.headline).map(|field| &field.item.name.text);
        let is_main = |entry: &Entry| main == Some(&entry.key) && matches!(entry.value.data, ValueKind::String(_));
        let (main, rest): (Vec<Located>, Vec<Located>) =
            entries.iter().cloned().partition(|located| is_main(&located.entry));
        for located in main {
            let comments = self.comments.take(&located.path);
            self.lines(&comments.above);
            about.after.extend(comments.after.into_iter().chain(comments.end));
            parts.extend(write::value(&located.entry.value, Syntax::Rel));
        }
        self.out.push_str(&parts.join(" "));
        if rest.is_empty() && about.end.is_empty() && !parts.is_empty() {
            return self.end(&about.after);
        }
        self.out.push_str(if parts.is_empty() { "" } else { " " });
        let after = self.braces(&rest, about);
        self.end(&after);
    }

    /// Ends a line, after its comments.
    fn end(&mut self, comments: &[String]) {
        for comment in comments {
            self.out.push_str(&format!(" {comment}\n"));
        }
        if comments.is_empty() {
            self.out.push('\n');
        }
    }

    /// Writes entries in braces, on one line if there are no comments inside. Returns the comments for the end of the
    /// line.
    fn braces(&mut self, entries: &[Located], about: CommentSet) -> Vec<String> {
        if about.end.is_empty() && !entries.iter().any(|located| self.comments.has_comments_within(&located.path)) {
            // The formatter breaks long lines.
            let entries = entries.iter().map(|located| located.entry.clone()).collect();
            let whole = Value::object(entries, Span::new(FileId(0), 0, 0));
            self.out.push_str(&write::value(&whole, Syntax::Rel).unwrap_or_default());
            return about.after;
        }
        self.out.push('{');
        self.end(&about.after);
        for Located { path, entry } in entries {
            let key = format!("{}: ", write::key(&entry.key, Syntax::Rel));
            self.line(&key, &entry.value, path);
        }
        self.lines(&about.end);
        self.out.push('}');
        Vec::new()
    }

    /// Writes a value on its own lines, with its comments.
    fn line(&mut self, key: &str, value: &Value, path: &[String]) {
        let mut about = self.comments.take(path);
        self.lines(&std::mem::take(&mut about.above));
        self.out.push_str(key);
        let after = self.value(value, path, about);
        self.end(&after);
    }

    fn value(&mut self, value: &Value, path: &[String], about: CommentSet) -> Vec<String> {
        match &value.data {
            ValueKind::Object(object) => {
                let located = |entry: &Entry| Located { path: join(path, &entry.key), entry: entry.clone() };
                self.braces(&object.entries.iter().map(located).collect::<Vec<_>>(), about)
            }
            ValueKind::List(elements) if !about.end.is_empty() || self.comments.has_comments_within(path) => {
                self.out.push('[');
                self.end(&about.after);
                for (at, inner) in elements.iter().enumerate() {
                    self.line("", &inner.value, &join(path, &element(at)));
                }
                self.lines(&about.end);
                self.out.push(']');
                Vec::new()
            }
            _ => {
                self.out.push_str(&write::value(value, Syntax::Rel).unwrap_or_default());
                about.after.into_iter().chain(about.end).collect()
            }
        }
    }
}
