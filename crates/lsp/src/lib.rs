//! `relc lsp`: the language server, over standard input and output.
//!
//! In: messages of the protocol. Out: requests, and findings after each change. One thread takes in what is typed and requests, another
//! one looks for findings, one file after the other; what was typed meanwhile is looked at next, so that the last findings are always
//! of the latest text.

mod convert;
mod documents;
mod findings;
mod requests;
#[cfg(test)]
mod tests;
mod tokens;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crossbeam_channel::select;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, InitializeParams, InitializeResult, OneOf,
    PositionEncodingKind, PublishDiagnosticsParams, RenameOptions, SemanticTokensFullOptions, SemanticTokensOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind, Url,
};
use serde_json::Value;

use convert::Encoding;
use documents::Documents;
use findings::{Findings, Looked, Worker};

/// Serves one client over standard input and output until it ends.
///
/// # Errors
/// A client that does not keep to the protocol, in a sentence.
pub fn serve_stdio() -> Result<(), String> {
    let (connection, threads) = Connection::stdio();
    serve(&connection)?;
    drop(connection);
    let _ = threads.join();
    Ok(())
}

/// Serves one client from its first message to its last.
///
/// # Errors
/// A client that does not keep to the protocol, in a sentence.
pub fn serve(connection: &Connection) -> Result<(), String> {
    let (id, params) = connection.initialize_start().map_err(|error| error.to_string())?;
    let params: InitializeParams = serde_json::from_value(params).map_err(|error| error.to_string())?;
    let encoding = encoding(&params);
    let result = InitializeResult {
        capabilities: capabilities(encoding),
        server_info: Some(ServerInfo { name: "relc".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
    };
    let result = serde_json::to_value(result).map_err(|error| error.to_string())?;
    connection.initialize_finish(id, result).map_err(|error| error.to_string())?;
    let server = Server {
        connection,
        documents: Documents::new(encoding, roots(&params)),
        findings: Findings::default(),
        worker: Worker::start()?,
        is_looking: false,
        shut_down: false,
    };
    server.run()
}

/// The folders that the client has open.
#[allow(deprecated)] // Clients of before 2018 know no other way.
fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let mut roots: Vec<PathBuf> = folders.filter_map(path).collect();
    if roots.is_empty() {
        roots.extend(params.root_uri.as_ref().and_then(path));
    }
    roots
}

/// UTF-8 where the client knows it, as that is what relc counts in.
fn encoding(params: &InitializeParams) -> Encoding {
    let general = params.capabilities.general.as_ref();
    let known = general.and_then(|general| general.position_encodings.as_ref());
    match known.is_some_and(|known| known.contains(&PositionEncodingKind::UTF8)) {
        true => Encoding::Utf8,
        false => Encoding::Utf16,
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([":", " ", "\"", "{", ".", "/"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(true.into()),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: tokens::legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                range: Some(true),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        folding_range_provider: Some(true.into()),
        inlay_hint_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                ..CodeActionOptions::default()
            }
            .into(),
        ),
        ..ServerCapabilities::default()
    }
}

struct Server<'c> {
    connection: &'c Connection,
    documents: Documents,
    findings: Findings,
    worker: Worker,
    /// Whether a file is being looked at.
    is_looking: bool,
    shut_down: bool,
}

impl Server<'_> {
    fn run(mut self) -> Result<(), String> {
        loop {
            let message = select! {
                recv(self.connection.receiver) -> message => message.ok(),
                recv(self.worker.looked) -> looked => {
                    self.is_looking = false;
                    looked.into_iter().for_each(|looked| self.publish(looked));
                    self.look();
                    continue;
                }
            };
            // The client is gone.
            let Some(message) = message else { return Ok(()) };
            match message {
                Message::Request(request) => self.request(request),
                Message::Notification(notification) if notification.method == notification::Exit::METHOD => {
                    return if self.shut_down { Ok(()) } else { Err("the client ended without `shutdown`".to_owned()) };
                }
                Message::Notification(notification) => {
                    self.documents.take_in(notification);
                    self.close();
                    self.look();
                }
                Message::Response(_) => {}
            }
        }
    }

    /// Has the next file looked at that was changed, unless one is.
    fn look(&mut self) {
        if self.is_looking {
            return;
        }
        if let Some(url) = self.documents.next_changed() {
            self.is_looking = true;
            self.worker.look(&self.documents.files, url);
        }
    }

    /// Publishes what there is to say of a file, if it is still open.
    fn publish(&mut self, looked: Looked) {
        let Looked { url, version, found } = looked;
        if self.documents.files.get(&url).is_some() {
            let diagnostics = self.findings.keep(url.clone(), found);
            let params = PublishDiagnosticsParams { uri: url, diagnostics, version: Some(version) };
            self.notify(notification::PublishDiagnostics::METHOD, params);
        }
    }

    /// Takes back what was said of files that were closed.
    fn close(&mut self) {
        for url in self.documents.take_closed() {
            self.findings.forget(&url);
            let params = PublishDiagnosticsParams { uri: url, diagnostics: Vec::new(), version: None };
            self.notify(notification::PublishDiagnostics::METHOD, params);
        }
    }

    fn request(&mut self, request: Request) {
        let id = request.id.clone();
        if request.method == "shutdown" {
            self.shut_down = true;
            return self.send(Response::new_ok(id, Value::Null));
        }
        if self.shut_down {
            return self.send(Response::new_err(id, ErrorCode::InvalidRequest as i32, "shut down already".to_owned()));
        }
        // A bug must not take the editor's server away: the request fails, and the next one is answered.
        let answer = catch_unwind(AssertUnwindSafe(|| requests::answer(&self.documents, &self.findings, &request)));
        self.send(match answer {
            Ok(Some(Ok(value))) => Response::new_ok(id, value),
            Ok(Some(Err(message))) => Response::new_err(id, ErrorCode::InvalidParams as i32, message),
            Ok(None) => {
                let message = format!("relc does not know `{}`", request.method);
                Response::new_err(id, ErrorCode::MethodNotFound as i32, message)
            }
            Err(_) => {
                Response::new_err(id, ErrorCode::InternalError as i32, format!("`{}` failed in relc", request.method))
            }
        });
    }

    fn notify(&self, method: &str, params: PublishDiagnosticsParams) {
        let _ = self.connection.sender.send(Notification::new(method.to_owned(), params).into());
    }

    fn send(&self, response: Response) {
        let _ = self.connection.sender.send(response.into());
    }
}

/// The path of a file that the client names; none for what is no file.
fn path(url: &Url) -> Option<PathBuf> {
    url.to_file_path().ok()
}
