//! Diagnostics for clients that ask for them. A request waits until its file is checked.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use lsp_server::{Request, RequestId};
use lsp_types::request::{self, Request as _};
use lsp_types::{Diagnostic, DocumentDiagnosticParams, Url, WorkspaceDiagnosticParams};
use serde_json::{Value, json};

use super::diagnostics::{DiagnosticStore, Known};
use super::documents::Documents;

/// The requests that wait.
#[derive(Default)]
pub struct Pulls {
    documents: Vec<(RequestId, DocumentDiagnosticParams)>,
    workspaces: Vec<(RequestId, BTreeMap<Url, String>)>,
}

impl Pulls {
    /// Takes over a request for diagnostics. Returns false if it is another one, or has invalid parameters.
    pub fn take(&mut self, request: &Request) -> bool {
        let params = request.params.clone();
        match request.method.as_str() {
            request::DocumentDiagnosticRequest::METHOD => match serde_json::from_value(params) {
                Ok(params) => self.documents.push((request.id.clone(), params)),
                Err(_) => return false,
            },
            request::WorkspaceDiagnosticRequest::METHOD => {
                match serde_json::from_value::<WorkspaceDiagnosticParams>(params) {
                    Ok(params) => {
                        let known = params.previous_result_ids.into_iter().map(|known| (known.uri, known.value));
                        self.workspaces.push((request.id.clone(), known.collect()));
                    }
                    Err(_) => return false,
                }
            }
            _ => return false,
        }
        true
    }

    /// Forgets a request that was cancelled. Returns false if it isn't one of these.
    pub fn cancel(&mut self, id: &RequestId) -> bool {
        let before = self.documents.len() + self.workspaces.len();
        self.documents.retain(|(known, _)| known != id);
        self.workspaces.retain(|(known, _)| known != id);
        self.documents.len() + self.workspaces.len() < before
    }

    /// Returns true if a request waits for the diagnostics of all files.
    pub fn wants_workspace(&self) -> bool {
        !self.workspaces.is_empty()
    }

    /// Removes and returns the answers about documents that are checked.
    pub fn of_documents(&mut self, documents: &Documents, store: &DiagnosticStore) -> Vec<(RequestId, Value)> {
        let mut answers = Vec::new();
        self.documents.retain(|(id, params)| {
            let url = &params.text_document.uri;
            let Some(document) = documents.files.get(url) else {
                answers.push((id.clone(), report(&[], params.previous_result_id.as_deref())));
                return false;
            };
            let known = store.get(url).filter(|known| known.version == Some(document.version));
            let Some(known) = known.filter(|_| !documents.is_pending(url)) else { return true };
            answers.push((id.clone(), report(&known.diagnostics(), params.previous_result_id.as_deref())));
            false
        });
        answers
    }

    /// Removes and returns the answers about all files that have news for the client. The others wait for some.
    pub fn of_workspace(&mut self, store: &DiagnosticStore) -> Vec<(RequestId, Value)> {
        let mut answers = Vec::new();
        self.workspaces.retain(|(id, known)| {
            let new: Vec<Value> = store.all().filter_map(|(url, found)| new_report(url, found, known)).collect();
            let gone = known.keys().filter(|url| store.get(url).is_none());
            let gone = gone.map(|url| item(url, None, report(&[], None)));
            let items: Vec<Value> = new.into_iter().chain(gone).collect();
            // The first request of a client has no results, and is answered in any case.
            if items.is_empty() && !known.is_empty() {
                return true;
            }
            answers.push((id.clone(), json!({ "items": items })));
            false
        });
        answers
    }
}

fn new_report(url: &Url, found: &Known, known: &BTreeMap<Url, String>) -> Option<Value> {
    let diagnostics = found.diagnostics();
    let is_known = known.get(url).is_some_and(|known| *known == result_id(&diagnostics));
    (!is_known).then(|| item(url, found.version, report(&diagnostics, None)))
}

fn item(url: &Url, version: Option<i32>, mut report: Value) -> Value {
    report["uri"] = json!(url);
    report["version"] = json!(version);
    report
}

/// Returns a report of diagnostics, or that they are the ones that the client has.
fn report(found: &[Diagnostic], known: Option<&str>) -> Value {
    let id = result_id(found);
    match known == Some(&*id) {
        true => json!({ "kind": "unchanged", "resultId": id }),
        false => json!({ "kind": "full", "resultId": id, "items": found }),
    }
}

fn result_id(found: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    json!(found).to_string().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
