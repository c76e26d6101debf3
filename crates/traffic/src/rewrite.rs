//! The changes that a router makes to a request before a backend gets it.

use regex::Regex;
use serde_json::Value;

use crate::condition::{Field, Test};
use crate::manifest::{entries, list, text, texts};
use crate::model::Route;
use crate::request::Request;

/// Changes of request headers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeaderChanges {
    set: Vec<(String, String)>,
    add: Vec<(String, String)>,
    remove: Vec<String>,
    /// The host, where it is set as a header.
    pub host: Option<String>,
}

impl HeaderChanges {
    /// Istio's `headers`: objects of names and values.
    pub fn istio(headers: &Value) -> HeaderChanges {
        let request = &headers["request"];
        let pairs = |key: &str| -> Vec<(String, String)> {
            entries(request, key).filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
        };
        HeaderChanges::new(pairs("set"), pairs("add"), texts(request, "remove").map(str::to_owned).collect())
    }

    /// The Gateway API's `requestHeaderModifier`: lists of names and values.
    pub fn gateway_api(modifier: &Value) -> HeaderChanges {
        let pairs = |key: &str| -> Vec<(String, String)> {
            let pair = |header: &Value| Some((text(header, "name")?.to_owned(), text(header, "value")?.to_owned()));
            list(modifier, key).iter().filter_map(pair).collect()
        };
        HeaderChanges::new(pairs("set"), pairs("add"), texts(modifier, "remove").map(str::to_owned).collect())
    }

    fn new(set: Vec<(String, String)>, add: Vec<(String, String)>, remove: Vec<String>) -> HeaderChanges {
        let is_host = |name: &str| name.eq_ignore_ascii_case("host") || name.eq_ignore_ascii_case(":authority");
        // One that is set goes before one that is added.
        let host = set.iter().chain(&add).find(|(name, _)| is_host(name)).map(|(_, value)| value.clone());
        let others = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
            let kept = pairs.into_iter().filter(|(name, _)| !is_host(name) && !name.starts_with(':'));
            kept.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
        };
        let remove = remove.into_iter().filter(|name| !is_host(name)).map(|name| name.to_ascii_lowercase()).collect();
        HeaderChanges { set: others(set), add: others(add), remove, host }
    }

    /// The values that headers are set to.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.set.iter().chain(&self.add).map(|(_, value)| value.as_str())
    }

    /// Changes the headers of `request`, except the host: removes first, then sets and adds.
    pub fn apply(&self, request: &mut Request) {
        request.headers.retain(|(name, _)| !self.remove.contains(name));
        for (name, value) in &self.set {
            request.headers.retain(|(header, _)| header != name);
            request.headers.push((name.clone(), value.clone()));
        }
        request.headers.extend(self.add.iter().cloned());
    }
}

/// A change of the path.
#[derive(Clone, Debug)]
pub enum PathRewrite {
    /// Replaces what the rule's path condition compares: a prefix, or else all of it.
    Matched(String),
    /// Removes the prefix that whole segments were compared with.
    RemovePrefix,
    /// Replaces all of it.
    Whole(String),
    /// Replaces each match of an expression; `\1` is what its first group holds. Absent where it can't be compiled.
    Regex(String, Option<Regex>, String),
}

impl PathRewrite {
    /// A replacement of each match of `pattern`, in RE2's syntax.
    pub fn regex(pattern: &str, replacement: &str) -> PathRewrite {
        PathRewrite::Regex(pattern.to_owned(), Regex::new(pattern).ok(), groups(replacement))
    }

    /// The path that a backend sees of `path`, for the rule that it met.
    pub fn apply(&self, path: &str, route: &Route) -> String {
        let condition = route.conditions.iter().find(|condition| condition.field == Field::Path);
        let prefix = match condition.map(|condition| &condition.test) {
            None => Some("/"),
            Some(Test::Prefix(prefix) | Test::PrefixAnyCase(prefix) | Test::Below(prefix)) => Some(prefix.as_str()),
            Some(Test::Exact(_) | Test::ExactAnyCase(_) | Test::Regex(..) | Test::Present) => None,
        };
        match self {
            PathRewrite::Whole(whole) => whole.clone(),
            PathRewrite::Matched(new) => match prefix.and_then(|prefix| path.get(prefix.len()..)) {
                Some(rest) => format!("{new}{rest}"),
                None => new.clone(),
            },
            PathRewrite::RemovePrefix => {
                let rest = prefix.and_then(|prefix| path.get(prefix.len()..)).unwrap_or_default();
                format!("/{}", rest.strip_prefix('/').unwrap_or(rest))
            }
            PathRewrite::Regex(_, Some(regex), replacement) => {
                regex.replace_all(path, replacement.as_str()).into_owned()
            }
            PathRewrite::Regex(_, None, _) => path.to_owned(),
        }
    }
}

impl PartialEq for PathRewrite {
    fn eq(&self, other: &PathRewrite) -> bool {
        match (self, other) {
            (PathRewrite::Matched(a), PathRewrite::Matched(b)) | (PathRewrite::Whole(a), PathRewrite::Whole(b)) => {
                a == b
            }
            (PathRewrite::RemovePrefix, PathRewrite::RemovePrefix) => true,
            (PathRewrite::Regex(a, _, to), PathRewrite::Regex(b, _, other)) => a == b && to == other,
            _ => false,
        }
    }
}

/// `\1` of RE2 as `${1}`.
fn groups(replacement: &str) -> String {
    let mut out = String::new();
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        match c {
            '$' => out.push_str("$$"),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => out.push_str(&format!("${{{digit}}}")),
                Some(other) => out.push(other),
                None => {}
            },
            _ => out.push(c),
        }
    }
    out
}
