//! Files that are open and not, below the server's working directory and elsewhere.

use super::*;

const COMMON: &str = "/// é𝄞漢\nlet image = \"nginx:1.27\"\n";
const MAIN: &str = "import \"common.rel\" as common\n/* 𝄞 */ release web on deployment <\n  v1 common.image { port: 80, replicas: 1 }\n>\n";

/// Returns the texts of a place after the edits of a rename.
fn renamed(client: &Client<'_>, edits: &Json, encoding: Encoding) -> Vec<(String, String)> {
    let changes = edits["changes"].as_object().expect("there are edits");
    let mut texts = Vec::new();
    for (uri, edits) in changes {
        let name = uri.rsplit('/').next().unwrap().to_owned();
        let mut text = client.place.read(&format!("ws/{name}"));
        let mut edits: Vec<&Json> = edits.as_array().unwrap().iter().collect();
        edits.sort_by_key(|edit| {
            std::cmp::Reverse((edit["range"]["start"]["line"].as_u64(), edit["range"]["start"]["character"].as_u64()))
        });
        for edit in edits {
            let at = |end: &str| offset(&text, &edit["range"][end], encoding);
            let range = at("start")..at("end");
            text.replace_range(range, edit["newText"].as_str().unwrap());
        }
        texts.push((name, text));
    }
    texts.sort();
    texts
}

fn offset(text: &str, position: &Json, encoding: Encoding) -> usize {
    let (line, column) =
        (position["line"].as_u64().unwrap() as usize, position["character"].as_u64().unwrap() as usize);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    match encoding {
        Encoding::Utf8 => start + column,
        Encoding::Utf16 => {
            let mut units = 0;
            let inner = text[start..].chars().take_while(|c| {
                units += c.len_utf16();
                units <= column
            });
            start + inner.map(char::len_utf8).sum::<usize>()
        }
    }
}

/// Working directories of a server for the folder `ws` of a place: the folder, its parent, the root, and one elsewhere.
fn directories(place: &Place) -> Vec<std::path::PathBuf> {
    vec![place.path("ws"), place.path("."), "/".into(), place.path("other")]
}

#[test]
fn a_name_is_renamed_in_files_that_are_not_open() {
    let place = Place::new(&[("ws/common.rel", COMMON), ("ws/main.rel", MAIN), ("other/x", "")]);
    let expected = [
        ("common.rel".to_owned(), COMMON.replace("image", "img")),
        ("main.rel".to_owned(), MAIN.replace("common.image", "common.img")),
    ];
    for directory in directories(&place) {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for open in [&["ws/main.rel"][..], &["ws/common.rel"], &["ws/common.rel", "ws/main.rel"]] {
                let mut client = Client::start(&place, &directory, "ws", encoding);
                open.iter().for_each(|name| client.open_file(name));
                let position = match open[0] {
                    "ws/main.rel" => json!({ "line": 2, "character": 14 }),
                    _ => json!({ "line": 1, "character": 6 }),
                };
                let at = json!({ "textDocument": { "uri": client.url(open[0]) }, "position": position });
                let mut references = at.clone();
                references["context"] = json!({ "includeDeclaration": true });
                let found = client.ask("textDocument/references", references);
                assert_eq!(found.as_array().map(Vec::len), Some(2), "{directory:?} {encoding:?} {open:?}: {found}");
                let mut rename = at;
                rename["newName"] = json!("img");
                let edits = client.ask("textDocument/rename", rename);
                assert_eq!(renamed(&client, &edits, encoding), expected, "{directory:?} {encoding:?} {open:?}");
                let symbols = client.ask("workspace/symbol", json!({ "query": "" }));
                let names: Vec<&str> =
                    symbols.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap()).collect();
                assert_eq!(names, ["image", "web"], "{directory:?}");
                client.shut_down();
            }
        }
    }
}

const NOTICE: &str = "import kube\nenvironment notice extends kube.application {\n  version {\n    headline image: string\n    emit kube.ConfigMap { metadata: v.metadata, data: { image: v.image } }\n  }\n  strategy none {}\n}\n";

#[test]
fn an_environment_is_checked_as_it_is_typed_wherever_the_server_runs() {
    let files = [
        ("ws/relc.toml", "environments = [\"envs\"]\n"),
        ("ws/envs/notice.rel", NOTICE),
        ("ws/a.rel", "release a on notice < v1 \"x\" { size: 1 } >\n"),
        ("other/x", ""),
    ];
    let place = Place::new(&files);
    for directory in directories(&place) {
        let mut client = Client::start(&place, &directory, "ws", Encoding::Utf16);
        let (release, environment) = (client.url("ws/a.rel"), client.url("ws/envs/notice.rel"));
        client.open_file("ws/a.rel");
        assert!(client.codes(&release, 1).contains(&"unknown-key".to_owned()));
        client.open(&environment, "relc", &NOTICE.replace("    emit", "    size: int?\n    emit"));
        client.published(&release, |found| found.iter().all(|found| found["code"] != "unknown-key"));
        client.change(&environment, 2, &NOTICE.replace("v.image", "v.imge"));
        assert!(client.codes(&environment, 2).contains(&"unknown-name".to_owned()), "{directory:?}");
        client.shut_down();
    }
}

#[test]
fn the_old_side_of_a_diff_is_never_the_file() {
    let place = Place::new(&[("ws/common.rel", COMMON), ("ws/main.rel", MAIN)]);
    let mut client = Client::start(&place, &place.path("ws"), "ws", Encoding::Utf16);
    let main = client.url("ws/main.rel");
    client.open_file("ws/main.rel");
    assert!(client.codes(&main, 1).iter().all(|code| code != "unknown-name"));
    // As VS Code names the left side.
    let old = format!("git:{}?{{%22path%22:%22x%22,%22ref%22:%22~%22}}", place.path("ws/common.rel").display());
    client.open(&old, "relc", "let picture = \"nginx:1.0\"\nlet broken = missing\n");
    client.change(&main, 2, &MAIN.replace("v1", "v2"));
    assert!(client.codes(&main, 2).iter().all(|code| code != "unknown-name"));
    assert_eq!(client.codes(&old, 1), Vec::<String>::new(), "nobody can fix an old revision");
    // It has answers, of its own text.
    let hover = client.ask(
        "textDocument/hover",
        json!({ "textDocument": { "uri": old }, "position": { "line": 0, "character": 5 } }),
    );
    assert!(hover["contents"]["value"].as_str().unwrap().contains("picture"), "{hover}");
    let symbols = client.ask("workspace/symbol", json!({ "query": "picture" }));
    assert_eq!(symbols, json!([]));
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": old } }));
    client.change(&main, 3, MAIN);
    assert!(client.codes(&main, 3).iter().all(|code| code != "unknown-name"));
    client.shut_down();
}

#[test]
fn the_language_decides_where_a_name_has_no_ending() {
    let place = Place::new(&[("ws/common.rel", COMMON)]);
    let broken = "import \"common.rel\" as common\nrelease shop on deployment < v1 common.image { prot: 80 } >\n";
    let values = "environment: deployment\napplication:\n  versions:\n  - image: x:1\n    prot: 80\n";
    let mut client = Client::start(&place, &place.path("ws"), "ws", Encoding::Utf16);
    for (uri, language, text) in [
        ("untitled:Untitled-1", "relc", broken),
        ("untitled:Untitled-2", "yaml", values),
        (
            "vscode-vfs://github/owner/shop/a.rel",
            "relc",
            &broken.replace("import \"common.rel\" as common", "let common = { image: \"a:1\" }"),
        ),
        ("inmemory://model/1", "relc", broken),
        (&client.url("ws/shop.conf"), "relc", broken),
    ] {
        client.open(uri, language, text);
        assert_eq!(client.codes(uri, 1).iter().filter(|code| *code == "unknown-key").count(), 1, "{uri}");
        let (line, character) =
            if language == "yaml" { (4, 5) } else { (1, text.lines().nth(1).unwrap().find("prot").unwrap()) };
        let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
        let items = client.ask("textDocument/completion", at);
        assert!(labels(&items).contains(&"port".to_owned()), "{uri}: {items}");
    }
    // A text that relc doesn't know is nobody's.
    client.open("untitled:Untitled-3", "plaintext", broken);
    client.silence(|message| message["params"]["uri"] == "untitled:Untitled-3");
    client.shut_down();
}

#[test]
fn yaml_of_something_else_is_left_alone() {
    let place = Place::new(&[]);
    let mut client = Client::start(&place, &place.path("."), ".", Encoding::Utf16);
    for (name, text) in [
        ("values.yaml", "environment: production\napplication:\n  name: shop\n"),
        (
            "chart-values.yaml",
            "replicaCount: 1\nimage:\n  repository: nginx\n  tag: \"\"\nservice:\n  type: ClusterIP\n  port: 80\n",
        ),
        ("docker-compose.yaml", "services:\n  web:\n    image: nginx\n    environment:\n      A: b\n"),
        ("other.yaml", "environment: staging\nversion: 2\napplication: { name: shop, version: 3 }\n"),
        ("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n"),
    ] {
        let uri = client.url(name);
        client.open(&uri, "yaml", text);
        assert_eq!(client.codes(&uri, 1), Vec::<String>::new(), "{name}");
        for method in ["textDocument/documentSymbol", "textDocument/foldingRange"] {
            assert_eq!(client.ask(method, json!({ "textDocument": { "uri": uri } })), Json::Null, "{name}: {method}");
        }
        for line in 0..text.lines().count() {
            let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": 2 } });
            let items = client.ask("textDocument/completion", at.clone());
            assert_eq!(labels(&items), Vec::<String>::new(), "{name}: line {line}");
            assert_eq!(client.ask("textDocument/hover", at), Json::Null, "{name}: line {line}");
        }
    }
    client.shut_down();
}

#[test]
fn changes_on_disk_are_watched() {
    let place = Place::new(&[("ws/common.rel", COMMON), ("ws/main.rel", MAIN)]);
    let capabilities = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let (mut client, _) = Client::with(&place, &place.path("."), "ws", capabilities);
    let request = client.wait(|message| message["method"] == "client/registerCapability");
    let registration = &request["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    assert!(registration["registerOptions"]["watchers"].to_string().contains("**/*.rel"), "{registration}");
    client.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": null }));
    let main = client.url("ws/main.rel");
    client.open_file("ws/main.rel");
    client.published(&main, |found| found.iter().all(|found| found["severity"] != 1));
    place.write("ws/common.rel", "let picture = \"nginx:1.27\"\n");
    let changed = json!({ "changes": [{ "uri": client.url("ws/common.rel"), "type": 2 }] });
    client.tell("workspace/didChangeWatchedFiles", changed);
    client.published(&main, |found| found.iter().any(|found| found["severity"] == 1));
    client.shut_down();
}

#[test]
fn folders_are_added_and_removed() {
    let place = Place::new(&[("ws/main.rel", "let here = 1\n"), ("more/other.rel", "let there = 1\n")]);
    let (mut client, capabilities) = Client::with(&place, &place.path("."), "ws", json!({}));
    assert_eq!(
        capabilities["workspace"]["workspaceFolders"],
        json!({ "supported": true, "changeNotifications": true })
    );
    let names = |client: &mut Client<'_>| {
        let symbols = client.ask("workspace/symbol", json!({ "query": "" }));
        symbols.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut client), ["here"]);
    let folder = json!({ "uri": client.url("more"), "name": "more" });
    client.tell("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [folder], "removed": [] } }));
    assert_eq!(names(&mut client), ["there", "here"]);
    let folder = json!({ "uri": client.url("ws"), "name": "ws" });
    client.tell("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": [folder] } }));
    assert_eq!(names(&mut client), ["there"]);
    client.shut_down();
}

#[test]
fn an_importer_that_is_not_open_is_checked() {
    let place = Place::new(&[("ws/common.rel", COMMON), ("ws/main.rel", MAIN)]);
    let broken = |found: &[Json]| found.iter().any(|found| found["severity"] == 1);
    // Pushed to a client that doesn't ask.
    let mut client = Client::start(&place, &place.path("ws"), "ws", Encoding::Utf16);
    let (main, common) = (client.url("ws/main.rel"), client.url("ws/common.rel"));
    client.open_file("ws/common.rel");
    client.change(&common, 2, &COMMON.replace("image", "img"));
    client.published(&main, broken);
    client.change(&common, 3, COMMON);
    client.published(&main, |found| !broken(found));
    client.shut_down();
    // And answered to one that does.
    let capabilities = json!({ "textDocument": { "diagnostic": {} } });
    let (mut client, known) = Client::with(&place, &place.path("ws"), "ws", capabilities);
    assert_eq!(known["diagnosticProvider"]["workspaceDiagnostics"], true);
    client.open_file("ws/common.rel");
    client.change(&common, 2, &COMMON.replace("image", "img"));
    let mut ids = json!([]);
    loop {
        let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": ids }));
        let items = report["items"].as_array().unwrap();
        if items.iter().any(|item| item["uri"] == main && broken(item["items"].as_array().unwrap())) {
            break;
        }
        ids = items.iter().map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect();
    }
    client.silence(|message| message["method"] == "textDocument/publishDiagnostics");
    client.shut_down();
}
