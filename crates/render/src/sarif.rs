//! SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), for code scanning.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use relc_lint::registry::{Origin, RuleInfo};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity, Topic};
use relc_syntax::source::{Sources, Span};

/// A report under construction.
pub struct Sarif {
    rules: Vec<RuleInfo>,
    results: Vec<Json>,
    /// The ids of the rules that occur, with their levels.
    occurring: BTreeMap<String, Severity>,
}

impl Sarif {
    /// Creates a report that takes descriptions of rules from `rules`.
    pub fn new(rules: Vec<RuleInfo>) -> Self {
        Sarif { rules, results: Vec::new(), occurring: BTreeMap::new() }
    }

    /// Adds diagnostics.
    pub fn add(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            self.occurring.entry(diagnostic.code.id().to_owned()).or_insert(diagnostic.severity);
            self.results.push(result(sources, diagnostic));
        }
    }

    /// Returns the complete report.
    pub fn document(&self) -> String {
        let rules: Vec<Json> = self.occurring.iter().map(|(id, level)| self.rule(id, *level)).collect();
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
        format!("{}\n", serde_json::to_string_pretty(&document).expect("a tree of strings and numbers is always JSON"))
    }

    fn rule(&self, id: &str, severity: Severity) -> Json {
        let matches_id = |rule: &&RuleInfo| match rule.origin {
            Origin::Compiler(codes) => codes.iter().any(|code| code.id() == id),
            Origin::Both(codes) => rule.name == id || codes.iter().any(|code| code.id() == id),
            Origin::Validation | Origin::Linter | Origin::Environment(_) => rule.name == id,
        };
        let info = self.rules.iter().find(matches_id);
        let name = info.map_or(id, |rule| rule.name.as_str());
        let mut rule = json!({ "id": id, "name": name, "defaultConfiguration": { "level": level(severity) } });
        if let Some(info) = info {
            rule["shortDescription"] = json!({ "text": info.document.summary() });
            rule["help"] = json!({ "text": info.document.text(), "markdown": info.document.text() });
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
            Applicability::Unsafe => "a fix that needs review",
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

/// Returns a file's name as the path of a URI (RFC 3986), with all characters escaped except the unreserved ones.
fn uri(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let name = name.trim_start_matches("./").replace('\\', "/");
    let path: String = { name.bytes() }
        .map(|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect();
    // An absolute path is not relative to the run's directory; its form is that of RFC 8089.
    if path.starts_with('/') { format!("file://{path}") } else { path }
}
