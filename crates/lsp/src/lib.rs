//! `relc lsp`: the language server, over standard input and output.
//!
//! In: messages of the protocol. Out: responses, and diagnostics after each change. One thread handles notifications
//! and requests, another one checks files, one after the other. A file that changed meanwhile is checked next, so that
//! the final diagnostics are always those of the latest text.

mod convert;
mod diagnostics;
mod documents;
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

use diagnostics::{CheckResult, DiagnosticStore, Worker};
use documents::Documents;
use relc_syntax::lines::Column;

/// Serves one client over standard input and output until it ends.
///
/// # Errors
/// The client violates the protocol, as a message.
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
/// The client violates the protocol, as a message.
pub fn serve(connection: &Connection) -> Result<(), String> {
    let (id, params) = connection.initialize_start().map_err(|error| error.to_string())?;
    let params: InitializeParams = serde_json::from_value(params).map_err(|error| error.to_string())?;
    let column = column(&params);
    let result = InitializeResult {
        capabilities: capabilities(column),
        server_info: Some(ServerInfo { name: "relc".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
    };
    let result = serde_json::to_value(result).map_err(|error| error.to_string())?;
    connection.initialize_finish(id, result).map_err(|error| error.to_string())?;
    let server = Server {
        connection,
        documents: Documents::new(column, roots(&params)),
        diagnostics: DiagnosticStore::default(),
        worker: Worker::start()?,
        is_checking: false,
        shut_down: false,
    };
    server.run()
}

/// Returns the folders open in the client.
#[allow(deprecated)] // Clients of before 2018 know no other way.
fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let mut roots: Vec<PathBuf> = folders.filter_map(path).collect();
    if roots.is_empty() {
        roots.extend(params.root_uri.as_ref().and_then(path));
    }
    roots
}

/// Chooses UTF-8 if the client supports it, as relc counts in bytes.
fn column(params: &InitializeParams) -> Column {
    let general = params.capabilities.general.as_ref();
    let known = general.and_then(|general| general.position_encodings.as_ref());
    match known.is_some_and(|known| known.contains(&PositionEncodingKind::UTF8)) {
        true => Column::Bytes,
        false => Column::Utf16,
    }
}

fn capabilities(column: Column) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match column {
            Column::Bytes => PositionEncodingKind::UTF8,
            Column::Utf16 => PositionEncodingKind::UTF16,
            Column::Characters => PositionEncodingKind::UTF32,
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
    diagnostics: DiagnosticStore,
    worker: Worker,
    /// True while a file is being checked.
    is_checking: bool,
    shut_down: bool,
}

impl Server<'_> {
    fn run(mut self) -> Result<(), String> {
        loop {
            let message = select! {
                recv(self.connection.receiver) -> message => message.ok(),
                recv(self.worker.results) -> result => {
                    self.is_checking = false;
                    result.into_iter().for_each(|result| self.publish(result));
                    self.check();
                    continue;
                }
            };
            // The client has disconnected.
            let Some(message) = message else { return Ok(()) };
            match message {
                Message::Request(request) => self.request(request),
                Message::Notification(notification) if notification.method == notification::Exit::METHOD => {
                    return if self.shut_down { Ok(()) } else { Err("the client ended without `shutdown`".to_owned()) };
                }
                Message::Notification(notification) => {
                    self.documents.apply(notification);
                    self.close();
                    self.check();
                }
                Message::Response(_) => {}
            }
        }
    }

    /// Requests a check of the next changed file, unless one is running.
    fn check(&mut self) {
        if self.is_checking {
            return;
        }
        if let Some(url) = self.documents.next_changed() {
            self.is_checking = true;
            self.worker.check(&self.documents.files, url);
        }
    }

    /// Publishes the diagnostics of a file, if it is still open.
    fn publish(&mut self, result: CheckResult) {
        let CheckResult { url, version, found } = result;
        if self.documents.files.get(&url).is_some() {
            let diagnostics = self.diagnostics.keep(url.clone(), found);
            let params = PublishDiagnosticsParams { uri: url, diagnostics, version: Some(version) };
            self.notify(notification::PublishDiagnostics::METHOD, params);
        }
    }

    /// Clears the diagnostics of closed files.
    fn close(&mut self) {
        for url in self.documents.take_closed() {
            self.diagnostics.forget(&url);
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
        // A bug must not end the server: the request fails, and the next one is answered.
        let answer = catch_unwind(AssertUnwindSafe(|| requests::answer(&self.documents, &self.diagnostics, &request)));
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

/// Returns the path of a URL; `None` if it is not that of a file.
fn path(url: &Url) -> Option<PathBuf> {
    url.to_file_path().ok()
}
