//! `relc lsp`: the language server, over standard input and output.
//!
//! In: messages of the protocol. Out: responses, and diagnostics after each change. One thread handles notifications
//! and requests about one document, another one checks files, and a third one answers what concerns all files. A file that changed
//! meanwhile is checked next, so that the final diagnostics are always those of the latest text.

mod background;
mod capabilities;
mod client;
mod convert;
mod diagnostics;
mod document;
mod documents;
mod files;
mod location;
mod pull;
mod requests;
mod server;
#[cfg(test)]
mod tests;
mod tokens;
mod transport;

use std::path::PathBuf;

use lsp_server::{Connection, ErrorCode, Message, Request, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{InitializeParams, InitializeResult, ServerInfo, Url};
use serde_json::Value;

use client::Client;
use relc_core::library::Catalog;
use relc_project::inputs::InputPaths;
use relc_project::overlay::Overlay;
use server::Server;

/// What the command line adds to the server.
#[derive(Clone, Copy)]
pub struct Reports {
    /// Returns which version answers which request, as text, for the releases in some paths; the texts replace files.
    pub traffic: fn(&InputPaths, &Catalog, &Overlay) -> Result<String, String>,
}

/// Serves one client over standard input and output until it ends.
///
/// # Errors
/// The client ends in violation of the protocol, as a message.
pub fn serve_stdio(reports: Reports) -> Result<(), String> {
    let (connection, writer) = transport::stdio()?;
    let served = serve(&connection, reports);
    drop(connection);
    let _ = writer.join();
    served
}

/// Serves one client from its first message to its last.
///
/// # Errors
/// The client ends in violation of the protocol, as a message.
pub fn serve(connection: &Connection, reports: Reports) -> Result<(), String> {
    for message in &connection.receiver {
        match message {
            Message::Request(request) if request.method == request::Initialize::METHOD => {
                match initialize(connection, &request, reports)? {
                    Some(server) => return server.run(),
                    // The client can try again.
                    None => continue,
                }
            }
            Message::Request(request) => {
                let message = format!("`{}` came before `initialize`", request.method);
                respond(connection, Response::new_err(request.id, ErrorCode::ServerNotInitialized as i32, message));
            }
            Message::Notification(notification) if notification.method == notification::Exit::METHOD => {
                return Err(ENDED.to_owned());
            }
            // Without an answer, there is no error to send.
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
    Err(NO_CLIENT.to_owned())
}

/// The message about a client that ends too early.
const ENDED: &str = "the client ended without `shutdown`";

/// The message about an input that ends before `initialize`.
const NO_CLIENT: &str =
    "no editor sent `initialize` to standard input: `relc lsp` is the language server, which editors start";

fn respond(connection: &Connection, response: Response) {
    // A client that is gone reads nothing: its messages end, too.
    let _ = connection.sender.send(response.into());
}

/// Answers `initialize`; returns `None` if its parameters are invalid.
fn initialize<'c>(
    connection: &'c Connection,
    request: &Request,
    reports: Reports,
) -> Result<Option<Server<'c>>, String> {
    let params: InitializeParams = match serde_json::from_value(request.params.clone()) {
        Ok(params) => params,
        Err(error) => {
            let code = ErrorCode::InvalidParams as i32;
            respond(connection, Response::new_err(request.id.clone(), code, error.to_string()));
            return Ok(None);
        }
    };
    let client = Client::new(&params, &request.params);
    let result = InitializeResult {
        capabilities: capabilities::capabilities(&client),
        server_info: Some(ServerInfo { name: "relc".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
    };
    let result = serde_json::to_value(result).unwrap_or(Value::Null);
    respond(connection, Response::new_ok(request.id.clone(), result));
    Server::start(connection, client, roots(&params), reports).map(Some)
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

/// Returns the path of a URL; `None` if it is not that of a file.
fn path(url: &Url) -> Option<PathBuf> {
    if url.scheme() == "file" { url.to_file_path().ok() } else { None }
}
