//! The language server as a process, driven by messages as editors send them.

mod editing;
mod features;
mod fuzz;
mod protocol;
mod workspace;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::place::{PATIENCE, Place};

/// The unit of columns that an editor asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Encoding {
    Utf8,
    Utf16,
}

/// A client of a server that runs in some directory.
struct Client<'p> {
    place: &'p Place,
    server: Child,
    messages: Receiver<Json>,
    asked: i64,
    /// What the server sent without being asked.
    told: Vec<Json>,
}

impl<'p> Client<'p> {
    /// Starts a server in a directory of `place` or outside of it.
    fn process(place: &'p Place, directory: &Path) -> Client<'p> {
        let mut command = place.command(&["lsp"]);
        command.current_dir(directory).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut server = command.spawn().unwrap();
        let mut out = BufReader::new(server.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut out) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client { place, server, messages, asked: 0, told: Vec::new() }
    }

    /// Starts a server for the folder `root` of `place`.
    fn start(place: &'p Place, directory: &Path, root: &str, encoding: Encoding) -> Client<'p> {
        Client::with(place, directory, root, json!({ "general": { "positionEncodings": encodings(encoding) } })).0
    }

    /// Starts a server for a client with these capabilities, and returns its own.
    fn with(place: &'p Place, directory: &Path, root: &str, capabilities: Json) -> (Client<'p>, Json) {
        let mut client = Client::process(place, directory);
        let root = json!({ "uri": url(&place.path(root)), "name": "root" });
        let params =
            json!({ "processId": null, "rootUri": null, "workspaceFolders": [root], "capabilities": capabilities });
        let answer = client.ask("initialize", params);
        client.tell("initialized", json!({}));
        (client, answer["capabilities"].clone())
    }

    fn url(&self, name: &str) -> String {
        url(&self.place.path(name))
    }

    fn send(&mut self, message: &Json) {
        let content = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{content}", content.len()).as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        let input = self.server.stdin.as_mut().unwrap();
        input.write_all(bytes).and_then(|()| input.flush()).unwrap();
    }

    fn tell(&mut self, method: &str, params: Json) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn request(&mut self, method: &str, params: Json) -> i64 {
        self.asked += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params }));
        self.asked
    }

    /// Sends a request and returns its whole response.
    fn response(&mut self, method: &str, params: Json) -> Json {
        let id = self.request(method, params);
        self.wait(|message| message.get("method").is_none() && message["id"] == id)
    }

    /// Sends a request and returns its result.
    fn ask(&mut self, method: &str, params: Json) -> Json {
        let response = self.response(method, params);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].clone()
    }

    /// Returns the first message that is `wanted`, of those that were sent and that will be.
    fn wait(&mut self, wanted: impl Fn(&Json) -> bool) -> Json {
        if let Some(at) = self.told.iter().position(&wanted) {
            return self.told.remove(at);
        }
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("the server sends it");
            if wanted(&message) {
                return message;
            }
            self.told.push(message);
        }
    }

    /// Returns what is published for a file of the place until diagnostics are `wanted`.
    fn published(&mut self, uri: &str, wanted: impl Fn(&[Json]) -> bool) -> Vec<Json> {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["diagnostics"].as_array().is_some_and(|found| wanted(found))
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Returns the codes published for a version of a document.
    fn codes(&mut self, uri: &str, version: i64) -> Vec<String> {
        let message = self.wait(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
        });
        let found = message["params"]["diagnostics"].as_array().unwrap();
        found.iter().map(|found| found["code"].as_str().unwrap_or("").to_owned()).collect()
    }

    /// Asserts that nothing like that is sent for a while.
    fn silence(&mut self, unwanted: impl Fn(&Json) -> bool) {
        loop {
            match self.messages.recv_timeout(Duration::from_secs(1)) {
                Ok(message) => {
                    assert!(!unwanted(&message), "{message}");
                    self.told.push(message);
                }
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => panic!("the server ended"),
            }
        }
    }

    fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Opens a file of the place as it is on disk.
    fn open_file(&mut self, name: &str) {
        let language = if name.ends_with(".rel") { "relc" } else { "yaml" };
        let text = self.place.read(name);
        self.open(&self.url(name), language, &text);
    }

    /// Replaces the whole text of a document.
    fn change(&mut self, uri: &str, version: i64, text: &str) {
        let document = json!({ "uri": uri, "version": version });
        let changes = json!([{ "text": text }]);
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    fn shut_down(mut self) {
        self.ask("shutdown", Json::Null);
        self.tell("exit", Json::Null);
        assert_eq!(self.server.wait().unwrap().code(), Some(0));
    }

    /// Ends the input and returns the exit code.
    fn exit_code(mut self) -> Option<i32> {
        drop(self.server.stdin.take());
        self.server.wait().unwrap().code()
    }
}

fn encodings(encoding: Encoding) -> Json {
    match encoding {
        Encoding::Utf8 => json!(["utf-8", "utf-16"]),
        Encoding::Utf16 => json!(["utf-16"]),
    }
}

fn url(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn labels(items: &Json) -> Vec<String> {
    items.as_array().into_iter().flatten().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

/// Returns a text without its `‸`, and the position of that, in a text whose line has only ASCII before it.
fn marked(text: &str) -> (String, Json) {
    let at = text.find('‸').expect("a position is marked");
    let line = text[..at].matches('\n').count();
    let character = at - text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (text.replace('‸', ""), json!({ "line": line, "character": character }))
}

fn read(out: &mut impl BufRead) -> Option<Json> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if out.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut content = vec![0; length];
    out.read_exact(&mut content).ok()?;
    serde_json::from_slice(&content).ok()
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
