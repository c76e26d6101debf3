//! SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), for code scanning.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use relc_lint::registry::{Origin, RuleInfo};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity, Topic};
use relc_syntax::source::{Sources, Span};

/// A report on its way.
pub struct Sarif {
    rules: Vec<RuleInfo>,
    results: Vec<Json>,
    /// The rules that are named, by their ids, with their levels.
    named: BTreeMap<String, Severity>,
}

impl Sarif {
    /// A report that speaks of `rules` where it names them.
    pub fn new(rules: Vec<RuleInfo>) -> Self {
        Sarif { rules, results: Vec::new(), named: BTreeMap::new() }
    }

    /// Adds diagnostics.
    pub fn add(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            self.named.entry(diagnostic.code.id().to_owned()).or_insert(diagnostic.severity);
            self.results.push(result(sources, diagnostic));
        }
    }

    /// The whole report.
    pub fn document(&self) -> String {
        let rules: Vec<Json> = self.named.iter().map(|(id, level)| self.rule(id, *level)).collect();
        let document = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "relc",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                } },
                "columnKind": "unicodeCodePoints",
                "results": self.results,
            }],
        });
        format!("{}\n", serde_json::to_string_pretty(&document).expect("a tree of texts and numbers is always JSON"))
    }

    fn rule(&self, id: &str, severity: Severity) -> Json {
        let is_it = |rule: &&RuleInfo| match rule.origin {
            Origin::Compiler(codes) => codes.iter().any(|code| code.id() == id),
            Origin::Both(codes) => rule.name == id || codes.iter().any(|code| code.id() == id),
            Origin::Linter | Origin::Environment(_) => rule.name == id,
        };
        let known = self.rules.iter().find(is_it);
        let name = known.map_or(id, |rule| rule.name.as_str());
        let mut rule = json!({ "id": id, "name": name, "defaultConfiguration": { "level": level(severity) } });
        if let Some(known) = known {
            rule["shortDescription"] = json!({ "text": known.document.summary() });
            rule["help"] = json!({ "text": known.document.text(), "markdown": known.document.text() });
        }
        rule
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(sources: &Sources, diagnostic: &Diagnostic) -> Json {
    let text = match &diagnostic.help {
        Some(help) => format!("{}\n{help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut result = json!({
        "ruleId": diagnostic.code.id(),
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": location(sources, diagnostic.span) }],
    });
    if let Topic::Code(code) = diagnostic.code {
        result["properties"] = json!({ "rule": code.name() });
    }
    if !diagnostic.labels.is_empty() {
        let related = diagnostic.labels.iter().enumerate().map(|(at, label)| {
            json!({
                "id": at + 1,
                "physicalLocation": location(sources, label.span),
                "message": { "text": label.message },
            })
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &diagnostic.fix {
        let description = match fix.applicability {
            Applicability::Safe => "a safe fix",
            Applicability::Unsafe => "a fix that needs a look",
        };
        let replacements = fix.edits.iter().map(
            |edit| json!({ "deletedRegion": region(sources, edit.span), "insertedContent": { "text": edit.text } }),
        );
        let file = fix.edits.first().map_or(diagnostic.span.file, |edit| edit.span.file);
        result["fixes"] = json!([{
            "description": { "text": description },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(sources.file(file).name()) },
                "replacements": replacements.collect::<Vec<_>>(),
            }],
        }]);
    }
    result
}

fn location(sources: &Sources, span: Span) -> Json {
    json!({
        "artifactLocation": { "uri": uri(sources.file(span.file).name()) },
        "region": region(sources, span),
    })
}

fn region(sources: &Sources, span: Span) -> Json {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A file's name as the path of a URI (RFC 3986): what is not unreserved is escaped.
fn uri(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let name = name.trim_start_matches("./").replace('\\', "/");
    let path: String = { name.bytes() }
        .map(|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect();
    // A path from the root is of no run's directory; the form is that of RFC 8089.
    if path.starts_with('/') { format!("file://{path}") } else { path }
}
