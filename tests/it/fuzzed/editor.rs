//! The language server, driven through its protocol in this process.

use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use relc_lsp::{Reports, serve};
use serde_json::{Value as Json, json};

use super::properties::SEPARATOR;

const METHODS: &[&str] = &[
    "completion",
    "hover",
    "definition",
    "references",
    "documentHighlight",
    "prepareRename",
    "rename",
    "signatureHelp",
    "selectionRange",
    "documentSymbol",
    "semanticTokens/full",
    "foldingRange",
    "inlayHint",
    "formatting",
    "codeAction",
    "codeLens",
    "documentLink",
];

/// How long an answer may take in a build for tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server answers each request about a file, at some of its positions, after each of several texts.
pub fn editor(source: &str) -> Result<(), String> {
    let (server, client) = Connection::memory();
    let serving = std::thread::spawn(move || serve(&server, Reports { traffic: |_, _, _| Ok(String::new()) }));
    let result = ask(&client, source);
    drop(client);
    match serving.join() {
        Ok(_) => result,
        Err(_) => Err("the server has panicked".to_owned()),
    }
}

fn ask(client: &Connection, source: &str) -> Result<(), String> {
    answer(client, 0, "initialize", json!({ "capabilities": {}, "rootUri": null }))?;
    tell(client, "initialized", json!({}))?;
    let mut id = 1;
    for (uri, language) in [("file:///fuzz/a.rel", "relc"), ("file:///fuzz/a.yaml", "yaml")] {
        for (version, text) in source.split(SEPARATOR).enumerate() {
            match version {
                0 => {
                    let document = json!({ "uri": uri, "languageId": language, "version": 0, "text": text });
                    tell(client, "textDocument/didOpen", json!({ "textDocument": document }))?;
                }
                _ => {
                    let document = json!({ "uri": uri, "version": version });
                    let changes = json!([{ "text": text }]);
                    tell(
                        client,
                        "textDocument/didChange",
                        json!({ "textDocument": document, "contentChanges": changes }),
                    )?;
                }
            }
            for (at, method) in METHODS.iter().enumerate() {
                let line = (at * 7) % (text.lines().count() + 1);
                let length = text.lines().nth(line).map_or(0, |line| line.encode_utf16().count());
                let position = json!({ "line": line, "character": (at * 11) % (length + 1) });
                id += 1;
                answer(client, id, &format!("textDocument/{method}"), params(uri, &position))?;
            }
        }
    }
    answer(client, id + 1, "shutdown", Json::Null)?;
    tell(client, "exit", Json::Null)
}

/// The parameters of any request at a position.
fn params(uri: &str, at: &Json) -> Json {
    json!({
        "textDocument": { "uri": uri },
        "position": at,
        "positions": [at],
        "range": { "start": { "line": 0, "character": 0 }, "end": at },
        "context": { "diagnostics": [], "includeDeclaration": true },
        "options": { "tabSize": 2, "insertSpaces": true },
        "newName": "other",
    })
}

fn tell(client: &Connection, method: &str, params: Json) -> Result<(), String> {
    let message = Notification { method: method.to_owned(), params };
    client.sender.send(message.into()).map_err(|_| "the server has ended".to_owned())
}

/// Sends a request; an error is an answer, except for one about the server itself.
fn answer(client: &Connection, id: i32, method: &str, params: Json) -> Result<(), String> {
    let request = Request { id: RequestId::from(id), method: method.to_owned(), params };
    client.sender.send(request.into()).map_err(|_| "the server has ended".to_owned())?;
    loop {
        match client.receiver.recv_timeout(PATIENCE) {
            Ok(Message::Response(response)) if response.id == RequestId::from(id) => {
                return match response.response_result {
                    Err(error) if error.code == lsp_server::ErrorCode::InternalError as i32 => {
                        Err(format!("{method}: {}", error.message))
                    }
                    _ => Ok(()),
                };
            }
            Ok(_) => {}
            Err(_) => return Err(format!("{method} is not answered")),
        }
    }
}
