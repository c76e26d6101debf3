//! Tests that drive the server through its protocol, like an editor.

// The files of a test are on disk.
#![allow(clippy::disallowed_methods)]

use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};

use super::{Reports, serve};

/// An editor that is connected to the server.
struct Editor {
    client: Connection,
    server: Option<std::thread::JoinHandle<Result<(), String>>>,
    folder: tempfile::TempDir,
    next: i32,
    /// The diagnostics published last, by the end of the file's URL.
    published: Vec<Value>,
}

impl Editor {
    fn start() -> Editor {
        let (server, client) = Connection::memory();
        let server = std::thread::spawn(move || serve(&server, Reports { traffic: |_, _, _| Ok(String::new()) }));
        let folder = tempfile::tempdir().expect("a folder");
        let root = lsp_types::Url::from_file_path(folder.path().canonicalize().expect("a folder")).expect("a path");
        let mut editor = Editor { client, server: Some(server), folder, next: 0, published: Vec::new() };
        let told = editor.ask("initialize", json!({ "capabilities": {}, "rootUri": root }));
        assert_eq!(told["serverInfo"]["name"], "relc");
        assert_eq!(told["capabilities"]["positionEncoding"], "utf-16");
        editor.tell("initialized", json!({}));
        editor
    }

    fn url(&self, name: &str) -> String {
        let path = self.folder.path().canonicalize().expect("a folder").join(name);
        lsp_types::Url::from_file_path(path).expect("a path").to_string()
    }

    /// Writes a file to disk without notifying the server.
    fn save(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn tell(&self, method: &str, params: Value) {
        let message = Notification { method: method.to_owned(), params };
        self.client.sender.send(message.into()).expect("the server is there");
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.client.sender.send(request.into()).expect("the server is there");
        loop {
            match self.receive() {
                Message::Response(response) if response.id == id => {
                    let told = serde_json::to_value(response).expect("a message");
                    return match told.get("error") {
                        Some(error) => Err(error["message"].as_str().unwrap_or("").to_owned()),
                        None => Ok(told["result"].clone()),
                    };
                }
                Message::Notification(notification) => self.published.push(notification.params),
                Message::Response(_) | Message::Request(_) => {}
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.answer(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn receive(&self) -> Message {
        self.client.receiver.recv_timeout(Duration::from_secs(60)).expect("the server requests")
    }

    fn open(&mut self, name: &str, text: &str) {
        let document = json!({ "uri": self.url(name), "languageId": "relc", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces the whole text.
    fn write(&mut self, name: &str, version: i32, text: &str) {
        let document = json!({ "uri": self.url(name), "version": version });
        let changes = json!([{ "text": text }]);
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Returns the diagnostics published for this version of a file.
    fn findings(&mut self, name: &str, version: i32) -> Vec<Value> {
        let url = self.url(name);
        let wanted = |params: &Value| params["uri"] == url.as_str() && params["version"] == version;
        loop {
            if let Some(at) = self.published.iter().position(wanted) {
                return self.published.remove(at)["diagnostics"].as_array().cloned().unwrap_or_default();
            }
            if let Message::Notification(notification) = self.receive() {
                self.published.push(notification.params);
            }
        }
    }

    fn place(&self, name: &str, line: u32, character: u32) -> Value {
        json!({ "textDocument": { "uri": self.url(name) }, "position": { "line": line, "character": character } })
    }

    fn stop(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        let ended = self.server.take().expect("it was started").join().expect("it does not panic");
        assert_eq!(ended, Ok(()));
    }
}

const SHOP: &str = "release shop on deployment <\n  v1 \"x:1\" { prot: 80 }\n>\n";

#[test]
fn a_mistake_is_told_and_its_fix_mends_it() {
    let mut editor = Editor::start();
    editor.open("shop.rel", SHOP);
    let found = editor.findings("shop.rel", 1);
    let error = found.iter().find(|found| found["code"] == "unknown-key").expect("the mistake is found");
    assert_eq!(
        error["range"],
        json!({ "start": { "line": 1, "character": 13 }, "end": { "line": 1, "character": 17 } })
    );
    let asked = json!({ "textDocument": { "uri": editor.url("shop.rel") }, "range": error["range"], "context": { "diagnostics": [] } });
    let actions = editor.ask("textDocument/codeAction", asked);
    assert_eq!(actions[0]["title"], "Replace `prot` by `port`");
    let edit = &actions[0]["edit"]["changes"][editor.url("shop.rel")][0];
    assert_eq!((&edit["newText"], &edit["range"]), (&json!("port"), &error["range"]));
    editor.write("shop.rel", 2, &SHOP.replace("prot", "port"));
    let found = editor.findings("shop.rel", 2);
    assert!(found.iter().all(|found| found["code"] != "unknown-key"), "{found:?}");
    editor.stop();
}

#[test]
fn a_file_is_completed_explained_renamed_and_laid_out() {
    let mut editor = Editor::start();
    let text = "let tag = \"1\"\nrelease shop on deployment-istio blue-green <\n  v1 30% \"x:{tag}\" { port: 80 }\n  v2   \"x:2\" when header tag is \"{tag}\"\n>\n";
    editor.open("shop.rel", text);
    let place = editor.place("shop.rel", 1, 20);
    let items = editor.ask("textDocument/completion", place);
    assert!(items.as_array().is_some_and(|items| items.iter().any(|item| item["label"] == "kserve")), "{items}");
    let place = editor.place("shop.rel", 2, 24);
    let told = editor.ask("textDocument/hover", place.clone());
    assert!(told["contents"]["value"].as_str().is_some_and(|text| text.contains("**port**")), "{told}");
    let declared = editor.ask("textDocument/definition", place);
    assert!(declared["uri"].as_str().is_some_and(|uri| uri.ends_with("/stdlib/kube.rel")), "{declared}");
    let mut renamed = editor.place("shop.rel", 0, 5);
    let places = editor.ask("textDocument/references", {
        renamed["context"] = json!({ "includeDeclaration": true });
        renamed.clone()
    });
    assert_eq!(places.as_array().map(Vec::len), Some(3));
    renamed["newName"] = json!("version-tag");
    let edits = editor.ask("textDocument/rename", renamed.clone());
    assert_eq!(edits["changes"][editor.url("shop.rel")].as_array().map(Vec::len), Some(3));
    editor.open("other.rel", "let a = 1\nlet b = a\n");
    let mut taken = editor.place("other.rel", 0, 4);
    taken["newName"] = json!("b");
    assert_eq!(
        editor.answer("textDocument/rename", taken),
        Err("`b` is the name of something else in `other.rel`".to_owned())
    );
    renamed["newName"] = json!("release a");
    assert!(editor.answer("textDocument/rename", renamed).is_err());
    let file =
        json!({ "textDocument": { "uri": editor.url("shop.rel") }, "options": { "tabSize": 2, "insertSpaces": true } });
    let laid = editor.ask("textDocument/formatting", file.clone());
    assert_eq!((&laid[0]["newText"], &laid[0]["range"]["start"]["line"]), (&json!(""), &json!(3)));
    assert_eq!(laid.as_array().map(Vec::len), Some(1));
    editor.open("two.rel", "let  a=1\n\nlet  b=2\n");
    let line = json!({ "start": { "line": 2, "character": 4 }, "end": { "line": 2, "character": 4 } });
    let within = json!({ "textDocument": { "uri": editor.url("two.rel") }, "options": file["options"], "range": line });
    let laid = editor.ask("textDocument/rangeFormatting", within);
    assert_eq!((&laid[0]["newText"], &laid[0]["range"]["start"]["line"]), (&json!("b = "), &json!(2)));
    let symbols = editor.ask("textDocument/documentSymbol", file.clone());
    assert_eq!(symbols[1]["children"][1]["name"], "v2");
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let hints = editor.ask("textDocument/inlayHint", json!({ "textDocument": file["textDocument"], "range": range }));
    assert_eq!(hints[0]["label"], " 70%");
    editor.stop();
}

#[test]
fn values_files_are_looked_at_and_other_yaml_is_not() {
    let mut editor = Editor::start();
    editor.open("values.yaml", "environment: deployment\napplication:\n  versions:\n  - image: x:1\n    prot: 80\n");
    assert!(editor.findings("values.yaml", 1).iter().any(|found| found["code"] == "unknown-key"));
    editor.open("other.yaml", "prot: 80\n");
    assert_eq!(editor.findings("other.yaml", 1), Vec::<Value>::new());
    editor.stop();
}

#[test]
fn an_environment_that_is_typed_is_seen_by_its_releases() {
    let mut editor = Editor::start();
    let notice = "import kube\nenvironment notice extends kube.application {\n  version {\n    headline image: string\n    emit kube.ConfigMap { metadata: v.metadata, data: { image: v.image } }\n  }\n  strategy none {}\n}\n";
    editor.save("relc.toml", "environments = [\"envs\"]\n");
    editor.save("envs/notice.rel", notice);
    editor.open("a.rel", "release a on notice < v1 \"x\" { size: 1 } >\n");
    let found = editor.findings("a.rel", 1);
    assert!(found.iter().any(|found| found["code"] == "unknown-key"), "{found:?}");
    editor.published.clear();
    // The release sees the new field before the file is saved.
    editor.open("envs/notice.rel", &notice.replace("    emit", "    size: int?\n    emit"));
    let found = editor.findings("a.rel", 1);
    assert!(found.iter().all(|found| found["code"] != "unknown-key"), "{found:?}");
    // Mistakes in the definition file are reported in it.
    editor.write("envs/notice.rel", 2, &notice.replace("v.image", "v.imge"));
    let found = editor.findings("envs/notice.rel", 2);
    assert!(found.iter().any(|found| found["code"] == "unknown-name"), "{found:?}");
    editor.stop();
}

#[test]
fn a_name_is_found_in_all_files_of_the_folder() {
    let mut editor = Editor::start();
    editor.save("relc.toml", "environments = [\"envs\"]\n");
    let notice = "import kube\nenvironment notice extends kube.application {\n  version {\n    headline image: string\n    let data = { image: v.image }\n    emit kube.ConfigMap { metadata: v.metadata, data: v.data }\n  }\n  strategy none {}\n}\n";
    editor.save("envs/notice.rel", notice);
    editor.save("lib/common.rel", "let base = \"x\"\n");
    editor.save("b.rel", "import \"lib/common.rel\" as c\nrelease b on notice < v1 { image: c.base } >\n");
    let text = "import \"lib/common.rel\" as c\nrelease a on notice < v1 { image: c.base } >\n";
    editor.open("a.rel", text);
    // A let of an imported file, at its use.
    let mut base = editor.place("a.rel", 1, 36);
    base["context"] = json!({ "includeDeclaration": true });
    let sorted = |places: &Value| {
        let place = |place: &Value| {
            let file = place["uri"].as_str().and_then(|uri| uri.rsplit('/').next()).unwrap_or("").to_owned();
            (file, place["range"]["start"]["line"].as_u64().unwrap_or(99))
        };
        let mut places: Vec<_> = places.as_array().expect("places").iter().map(place).collect();
        places.sort();
        places
    };
    let at = |file: &str, line| (file.to_owned(), line);
    let places = editor.ask("textDocument/references", base.clone());
    assert_eq!(sorted(&places), [at("a.rel", 1), at("b.rel", 1), at("common.rel", 0)]);
    base["newName"] = json!("first");
    let edits = editor.ask("textDocument/rename", base);
    assert_eq!(edits["changes"].as_object().map(serde_json::Map::len), Some(3), "{edits}");
    // A field of a custom environment: its declaration, its uses, and where it is set. Other things of the same name
    // are not references to it.
    let mut image = editor.place("a.rel", 1, 28);
    image["context"] = json!({ "includeDeclaration": true });
    let places = editor.ask("textDocument/references", image.clone());
    assert_eq!(sorted(&places), [at("a.rel", 1), at("b.rel", 1), at("notice.rel", 3), at("notice.rel", 4)]);
    image["newName"] = json!("picture");
    let refused = editor.answer("textDocument/rename", image);
    assert!(refused.as_ref().is_err_and(|reason| reason.contains("`image` is a field")), "{refused:?}");
    // Declarations in all files.
    let symbols = editor.ask("workspace/symbol", json!({ "query": "ntc" }));
    let names: Vec<&str> =
        symbols.as_array().expect("symbols").iter().filter_map(|symbol| symbol["name"].as_str()).collect();
    assert_eq!(names, ["notice"]);
    let symbols = editor.ask("workspace/symbol", json!({ "query": "" }));
    assert_eq!(symbols.as_array().map(Vec::len), Some(4), "{symbols}");
    // Completion of file names.
    editor.open("c.rel", "import \"lib/\" as c\n");
    let place = editor.place("c.rel", 0, 12);
    let items = editor.ask("textDocument/completion", place);
    assert_eq!(items[0]["label"], "common.rel", "{items}");
    editor.stop();
}

#[test]
fn words_come_as_numbers_from_place_to_place() {
    let mut editor = Editor::start();
    editor.open("a.rel", "let 𝄞 = 1\nlet tag = \"𝄞\"\nrelease a on deployment < v1 \"𝄞{tag}\" { port: 80 } >\n");
    let file = json!({ "textDocument": { "uri": editor.url("a.rel") } });
    let tokens = editor.ask("textDocument/semanticTokens/full", file);
    let numbers: Vec<u64> = tokens["data"].as_array().expect("numbers").iter().filter_map(Value::as_u64).collect();
    // `tag`, declared; `deployment`; `v1`; `tag` after a character of two units; `port`.
    let expected = [[1, 4, 3, 3, 1], [1, 13, 10, 0, 2], [0, 13, 2, 8, 0], [0, 7, 3, 3, 0], [0, 8, 4, 2, 2]];
    assert_eq!(numbers, expected.concat());
    editor.stop();
}

#[test]
fn what_a_release_imports_is_seen_as_it_is_typed() {
    let mut editor = Editor::start();
    editor.save("common.rel", "let port = 80\n");
    editor.open("a.rel", "import \"common.rel\" as c\nrelease a on deployment { port: c.port } < \"x\" >\n");
    assert!(editor.findings("a.rel", 1).iter().all(|found| found["severity"] != 1));
    editor.open("common.rel", "let port = \"none\"\n");
    let found = editor.findings("a.rel", 1);
    assert!(found.iter().any(|found| found["code"] == "wrong-type"), "{found:?}");
    editor.write("common.rel", 2, "let port = 8080\n");
    assert!(editor.findings("a.rel", 1).iter().all(|found| found["severity"] != 1));
    editor.stop();
}

#[test]
fn what_is_not_known_is_refused_and_the_next_question_answered() {
    let mut editor = Editor::start();
    assert_eq!(
        editor.answer("textDocument/colour", json!({})),
        Err("relc does not know `textDocument/colour`".to_owned())
    );
    assert!(editor.answer("textDocument/hover", json!({ "position": 1 })).is_err());
    // A file that is not open has no answers.
    let place = editor.place("none.rel", 0, 0);
    assert_eq!(editor.ask("textDocument/hover", place), Value::Null);
    editor.stop();
}

/// Applies an edit to a text as a client does, in UTF-16 code units.
fn edited(text: &str, start: (usize, usize), end: (usize, usize), new: &str) -> String {
    let offset = |(line, column): (usize, usize)| {
        let mut at = 0;
        for (number, content) in text.split('\n').enumerate() {
            if number == line {
                let units = content.chars().scan(0, |units, c| {
                    *units += c.len_utf16();
                    Some((*units, c.len_utf8()))
                });
                return at + units.take_while(|(units, _)| *units <= column).map(|(_, bytes)| bytes).sum::<usize>();
            }
            at += content.len() + 1;
        }
        text.len()
    };
    let (start, end) = (offset(start), offset(end).max(offset(start)));
    format!("{}{new}{}", &text[..start], &text[end..])
}

#[test]
fn after_many_edits_the_server_is_as_one_that_was_just_started() {
    let mut state = 0x5eed_u64;
    let mut drawn = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % bound as u64).unwrap_or(0)
    };
    let pieces = [
        "v1 ",
        "\"x:1\"",
        "{",
        "}",
        "\n",
        "port: 80",
        "𝄞",
        "é漢",
        "release b on deployment <",
        ">",
        "",
        "",
        "30%",
        "// c",
        "let a = 1\n",
    ];
    let mut editor = Editor::start();
    let mut text = "release shop on deployment <\n  v1 \"𝄞:1\" { port: 80 }\n  v2 \"é漢\"\n>\n".to_owned();
    editor.open("shop.rel", &text);
    for version in 2..1_002 {
        let lines = text.split('\n').count();
        let line = drawn(lines + 1);
        let column = drawn(30);
        let end = if drawn(3) > 0 { (line, column + drawn(6)) } else { (line + 1, drawn(8)) };
        let new = if text.len() > 1_500 { "" } else { pieces[drawn(pieces.len())] };
        text = edited(&text, (line, column), end, new);
        let range = json!({
            "start": { "line": line, "character": column }, "end": { "line": end.0, "character": end.1 }
        });
        let document = json!({ "uri": editor.url("shop.rel"), "version": version });
        let changes = json!([{ "range": range, "text": new }]);
        editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        if version % 100 == 1 {
            let mut fresh = Editor::start();
            fresh.open("shop.rel", &text);
            let (old, new) = (editor.url("shop.rel"), fresh.url("shop.rel"));
            let renamed = |value: Value| value.to_string().replace(&old, &new);
            let found = editor.findings("shop.rel", version);
            assert_eq!(renamed(found.into()), renamed(fresh.findings("shop.rel", 1).into()), "{text}");
            let place = (drawn(lines), drawn(20));
            for method in [
                "textDocument/documentSymbol",
                "textDocument/completion",
                "textDocument/hover",
                "textDocument/definition",
                "textDocument/documentHighlight",
                "textDocument/inlayHint",
                "textDocument/semanticTokens/full",
            ] {
                let at = |editor: &Editor| {
                    let number = |at: usize| u32::try_from(at).unwrap_or(0);
                    let mut asked = editor.place("shop.rel", number(place.0), number(place.1));
                    asked["range"] = json!({ "start": asked["position"], "end": { "line": 99, "character": 0 } });
                    asked
                };
                let (asked, anew) = (at(&editor), at(&fresh));
                assert_eq!(renamed(editor.ask(method, asked)), renamed(fresh.ask(method, anew)), "{method}: {text}");
            }
            fresh.stop();
        }
    }
    editor.stop();
}
