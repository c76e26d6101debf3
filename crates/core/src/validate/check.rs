//! Checks that many rules apply to a field: its form, its bounds, one of several, no duplicates.

use std::collections::HashMap;

use relc_syntax::diagnostic::{Diagnostic, Diagnostics, Severity, nearest};

use super::field::{Field, quoted};
use super::form::{self, Form};

/// The form of the key of a label or annotation.
pub const KEY_RULE: &str = "use letters, digits, `-`, `_` and `.`, with a DNS name and `/` before it if you like";

/// The findings of a check, under the name of one rule.
pub struct Findings<'o> {
    rule: &'static str,
    out: &'o mut Diagnostics,
}

/// A place to add to: a finding's help and other places.
pub struct Found<'o> {
    finding: Option<Diagnostic>,
    out: &'o mut Diagnostics,
}

impl Found<'_> {
    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) {
        self.finding = self.finding.take().map(|finding| finding.help(help));
    }

    /// Adds a related place.
    #[must_use]
    pub fn related(mut self, other: Field<'_>, message: &str) -> Self {
        let is_same = |finding: &Diagnostic| finding.span == other.span;
        self.finding = self
            .finding
            .take()
            .map(|finding| if is_same(&finding) { finding } else { finding.related(other.span, message) });
        self
    }

    /// Offers `text` in place of what is there, and says so; says `otherwise` where there is none.
    pub fn instead(mut self, text: Option<String>, otherwise: &str) {
        self.finding = self.finding.take().map(|finding| match text {
            Some(text) => finding.help(format!("write `{text}`")),
            None => finding.help(otherwise),
        });
    }
}

impl Drop for Found<'_> {
    fn drop(&mut self) {
        if let Some(finding) = self.finding.take() {
            self.out.push(finding);
        }
    }
}

impl<'o> Findings<'o> {
    /// Findings of `rule`.
    pub fn new(rule: &'static str, out: &'o mut Diagnostics) -> Self {
        Findings { rule, out }
    }

    /// Refuses the value of `field`.
    pub fn refuse(&mut self, field: Field<'_>, message: impl Into<String>) -> Found<'_> {
        let finding = Diagnostic::lint(self.rule, Severity::Error, field.span, message);
        Found { finding: Some(finding), out: self.out }
    }

    /// Refuses that `field` is there at all.
    pub fn forbid(&mut self, field: Field<'_>, message: impl Into<String>) -> Found<'_> {
        let finding = Diagnostic::lint(self.rule, Severity::Error, field.key, message);
        Found { finding: Some(finding), out: self.out }
    }

    /// The text of the required field `name`; reports where it is missing or empty.
    pub fn required<'v>(&mut self, of: Field<'v>, name: &str, what: &str) -> Option<Field<'v>> {
        match of.get(name) {
            Some(field) if field.text() == Some("") => {
                self.refuse(field, format!("the `{name}` of {what} is empty")).help(format!("set `{name}`"));
                None
            }
            Some(field) => Some(field),
            None => {
                self.refuse(of, format!("{what} has no `{name}`")).help(format!("set `{name}`"));
                None
            }
        }
    }

    /// Reports a text that is not of `form`; `what` it is, with its article: `a container name`.
    pub fn form(&mut self, field: Field<'_>, form: &Form, what: &str) {
        let Some(text) = field.text() else { return };
        if let Some(problem) = form.problem(text) {
            let found = self.refuse(field, format!("{} is not a valid {what}: {problem}", quoted(text)));
            found.instead(form.nearest(text), &format!("write {}", form.what));
        }
    }

    /// As [`Findings::form`], where the empty text is as good as none.
    pub fn form_if_set(&mut self, of: Field<'_>, name: &str, form: &Form, what: &str) {
        if let Some(field) = of.get(name).filter(|field| field.text() != Some("")) {
            self.form(field, form, what);
        }
    }

    /// Reports a text for which `problem` finds something.
    pub fn text(&mut self, field: Field<'_>, what: &str, problem_of: impl Fn(&str) -> Option<String>) {
        if let Some((text, problem)) = field.text().and_then(|text| Some((text, problem_of(text)?))) {
            let found = self.refuse(field, format!("{} is not a valid {what}: {problem}", quoted(text)));
            found.instead(form::nearest(text, &problem_of), &format!("write a valid {what}"));
        }
    }

    /// Reports a text in the field `name` that is none of `members`; the empty text is as good as none.
    pub fn member(&mut self, of: Field<'_>, name: &str, members: &[&str]) {
        let Some(field) = of.get(name) else { return };
        let Some(text) = field.text().filter(|text| !text.is_empty() && !members.contains(text)) else { return };
        let same = members.iter().copied().find(|member| member.eq_ignore_ascii_case(text));
        let near = same.or_else(|| nearest(text, members.iter().copied()));
        let finding = Diagnostic::lint(
            self.rule,
            Severity::Error,
            field.span,
            format!("{} is not a value of `{name}`", quoted(text)),
        );
        let only = if let [only] = members { Some(*only) } else { None };
        self.out.push(match near.or(only) {
            Some(near) => finding.help(format!("write `{near}`")),
            None => finding.help(format!("use one of {}", listed(members))),
        });
    }

    /// Reports a whole number in the field `name` that is out of bounds.
    pub fn range(&mut self, of: Field<'_>, name: &str, min: i64, max: i64) {
        let Some(field) = of.get(name) else { return };
        let Some(number) = field.int().filter(|number| *number < min || *number > max) else { return };
        let bound = match max {
            i64::MAX if min == 0 => "it cannot be negative".to_owned(),
            i64::MAX => format!("it is at least {min}"),
            _ => format!("it is from {min} to {max}"),
        };
        let nearest = if number < min { min } else { max };
        self.refuse(field, format!("{} is out of range: {bound}", field.said()))
            .help(format!("write `{name}: {nearest}`, or another value in the range"));
    }

    /// Reports each of `fields` whose key was there before. `what` they are, without an article: `container name`.
    pub fn unique<'v, K: std::hash::Hash + Eq>(
        &mut self,
        fields: impl Iterator<Item = (K, Field<'v>)>,
        mut message: impl FnMut(Field<'v>) -> String,
        help: &str,
    ) {
        let mut seen: HashMap<K, Field<'v>> = HashMap::new();
        for (key, field) in fields {
            if let Some(first) = seen.get(&key) {
                self.refuse(field, message(field)).related(*first, "the first one is here").help(help);
            } else {
                seen.insert(key, field);
            }
        }
    }

    /// Reports fields of which more than one, or, unless `may_lack`, none is set. Gives the first.
    pub fn one_of<'v>(&mut self, of: Field<'v>, names: &[&str], what: &str, may_lack: bool) -> Option<Field<'v>> {
        let set: Vec<Field<'v>> = names.iter().filter_map(|name| of.get(name)).collect();
        if let [first, second, ..] = set.as_slice() {
            let (one, two) = (first.name, second.name);
            let message = format!("{what} has both `{one}` and `{two}`, and takes one");
            self.forbid(*second, message).related(*first, "also set here").help(format!("remove `{two}`, or `{one}`"));
        } else if set.is_empty() && !may_lack {
            self.refuse(of, format!("{what} has none of {}", listed(names)))
                .help(format!("set {}", listed(&names[..1])));
        }
        set.first().copied()
    }

    /// Reports the keys of a map that are no keys of labels or annotations.
    pub fn keys(&mut self, map: Field<'_>, what: &str) {
        for entry in map.entries() {
            if let Some(problem) = form::key_problem(entry.name) {
                let near = form::nearest(entry.name, form::key_problem).map(|near| format!("write `{near}`"));
                self.forbid(entry, format!("{} is not a valid {what}: {problem}", quoted(entry.name)))
                    .help(near.as_deref().unwrap_or(KEY_RULE));
            }
        }
    }

    /// Reports labels whose key or value Kubernetes refuses.
    pub fn labels(&mut self, map: Field<'_>) {
        self.keys(map, "label key");
        for entry in map.entries().filter(|entry| entry.text() != Some("")) {
            self.form(entry, &form::LABEL_VALUE, "label value");
        }
    }

    /// Reports a port number in the field `name` that does not exist.
    pub fn port(&mut self, of: Field<'_>, name: &str) {
        if let Some(field) = of.get(name) {
            self.port_number(field);
        }
    }

    /// Reports a port number that does not exist.
    pub fn port_number(&mut self, field: Field<'_>) {
        if field.int().is_some_and(|port| !(1..=65535).contains(&port)) {
            self.refuse(field, format!("{} is not a port: ports are numbers from 1 to 65535", field.shown()))
                .help("write the number of the port that the container listens on");
        }
    }

    /// Reports a port, a number or the name of a container's port, that cannot be one.
    pub fn port_or_name(&mut self, field: Field<'_>) {
        match field.text() {
            Some(_) => self.text(field, "port name", form::port_name_problem),
            None => self.port_number(field),
        }
    }
}

/// Names in backticks, with commas between them.
fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
