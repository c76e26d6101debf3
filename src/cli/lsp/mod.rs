//! `relc lsp`: the language server, over standard input and output.
//!
//! In: messages of the protocol. Out: answers, and findings after each change. One thread reads, one works; what was typed while it
//! worked is taken in before anything is looked at, so that findings are always of the latest text.

mod answers;
mod convert;
mod documents;
mod findings;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use clap::Args;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, InitializeParams, InitializeResult, OneOf,
    PositionEncodingKind, PublishDiagnosticsParams, RenameOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, Url,
};
use serde_json::Value;

use super::Outcome;
use super::report::failed;
use convert::Encoding;
use documents::Documents;
use findings::Findings;

/// Run the language server, for editors: they start it themselves.
///
/// It speaks the Language Server Protocol over standard input and output, and finds `relc.toml` upwards from each file.
#[derive(Args)]
pub struct Lsp {
    /// Taken for what it is: standard input and output are all there is.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// How long a change may be followed by another before it is looked at.
const PAUSE: Duration = Duration::from_millis(30);

impl Lsp {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let (connection, threads) = Connection::stdio();
        match serve(&connection) {
            Ok(()) => {
                drop(connection);
                let _ = threads.join();
                Outcome::Done
            }
            Err(message) => failed(&message),
        }
    }
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
    Server { connection, documents: Documents::new(encoding), findings: Findings::default(), shut_down: false }.run()
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
            trigger_characters: Some([":", " ", "\"", "{", "."].map(str::to_owned).to_vec()),
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
        folding_range_provider: Some(true.into()),
        inlay_hint_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
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
    shut_down: bool,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), String> {
        let mut changed: Option<Instant> = None;
        loop {
            let message = match changed {
                None => self.connection.receiver.recv().ok(),
                // While a change waits to be looked at, the next message may be another one.
                Some(since) => match self.connection.receiver.recv_deadline(since + PAUSE) {
                    Ok(message) => Some(message),
                    Err(error) if error.is_timeout() => {
                        changed = None;
                        self.publish();
                        continue;
                    }
                    Err(_) => None,
                },
            };
            // The client is gone.
            let Some(message) = message else { return Ok(()) };
            match message {
                Message::Request(request) => self.request(request),
                Message::Notification(notification) if notification.method == notification::Exit::METHOD => {
                    return if self.shut_down { Ok(()) } else { Err("the client ended without `shutdown`".to_owned()) };
                }
                Message::Notification(notification) => {
                    if self.documents.take_in(notification) {
                        changed.get_or_insert_with(Instant::now);
                    }
                }
                Message::Response(_) => {}
            }
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
        let answer = catch_unwind(AssertUnwindSafe(|| answers::answer(&self.documents, &self.findings, &request)));
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

    /// Looks at what changed, and publishes what there is to say of it.
    fn publish(&mut self) {
        for url in self.documents.take_changed() {
            let found = catch_unwind(AssertUnwindSafe(|| self.findings.look(&self.documents, &url)));
            let version = self.documents.get(&url).map(|document| document.version);
            // A file without findings would look as if all were well.
            let diagnostics =
                found.unwrap_or_else(|_| vec![findings::whole("relc failed on this file: please report it").shown]);
            let params = PublishDiagnosticsParams { uri: url, diagnostics, version };
            self.notify(notification::PublishDiagnostics::METHOD, params);
        }
        for url in self.documents.take_closed() {
            self.findings.forget(&url);
            let params = PublishDiagnosticsParams { uri: url, diagnostics: Vec::new(), version: None };
            self.notify(notification::PublishDiagnostics::METHOD, params);
        }
    }

    fn notify(&self, method: &str, params: PublishDiagnosticsParams) {
        let _ = self.connection.sender.send(Notification::new(method.to_owned(), params).into());
    }

    fn send(&self, response: Response) {
        let _ = self.connection.sender.send(response.into());
    }
}

/// The path of a file that the client names; none for what is no file.
fn path(url: &Url) -> Option<std::path::PathBuf> {
    url.to_file_path().ok()
}
