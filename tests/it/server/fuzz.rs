//! Random messages in random order: the server answers each request, never ends, and is afterwards as one that was just started.

use std::collections::BTreeMap;

use super::*;
use crate::drawn::Drawn;

const FILES: [&str; 5] = ["ws/a.rel", "ws/common.rel", "ws/envs/own.rel", "ws/values.yaml", "ws/b.rel"];

const TEXTS: [&str; 7] = [
    "import \"common.rel\" as c\nrelease a on deployment-istio blue-green <\n  v1 30% \"𝄞:1\" { port: c.port }\n  v2 \"é漢\"\n>\n",
    "let port = 80\nlet image = \"nginx:1\"\nfragment f(a: string) = \"{a}\"\n",
    "import kube\nenvironment own extends kube.application {\n  version {\n    headline image: string\n    emit kube.ConfigMap { metadata: v.metadata, data: { image: v.image } }\n  }\n  strategy none {}\n}\n",
    "environment: deployment\napplication:\n  metadata: {name: a}\n  versions:\n  - image: x:1\n    weight: 10\n",
    "release b on own < v1 \"x\" >\n",
    "",
    "\u{feff}// 𝄞\r\nrelease c on kserve <\r\n",
];

const PIECES: [&str; 14] = [
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
    "import \"common.rel\" as c\n",
    "\r\n",
    "c.",
];

const METHODS: [&str; 22] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/documentSymbol",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/foldingRange",
    "textDocument/inlayHint",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/selectionRange",
    "textDocument/signatureHelp",
    "workspace/symbol",
    "relc/manifests",
    "textDocument/none",
];

/// The parameters of any request at a position.
fn params(uri: &str, random: &mut Drawn) -> Json {
    let mut position = || json!({ "line": random.below(12), "character": random.below(40) });
    let (at, end) = (position(), position());
    json!({
        "textDocument": { "uri": uri },
        "position": at,
        "positions": [at],
        "range": { "start": at, "end": end },
        "context": { "diagnostics": [], "includeDeclaration": true },
        "options": { "tabSize": 2, "insertSpaces": true },
        "newName": "other",
        "query": "a",
    })
}

/// What a random run leaves: the texts of the open documents.
fn run(client: &mut Client<'_>, random: &mut Drawn, steps: usize) -> BTreeMap<String, String> {
    let mut open: BTreeMap<String, String> = BTreeMap::new();
    let mut asked = Vec::new();
    for version in 2..steps {
        let name = random.text(&FILES);
        let uri =
            if random.below(12) == 0 { format!("git:{}", client.place.path(name).display()) } else { client.url(name) };
        match random.below(10) {
            0 => {
                let text = random.text(&TEXTS);
                client.open(&uri, if name.ends_with(".rel") { "relc" } else { "yaml" }, text);
                open.insert(uri, text.to_owned());
            }
            1 => {
                client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
                open.remove(&uri);
            }
            2 => {
                let text = random.text(&TEXTS);
                if random.below(4) == 0 {
                    let _ = std::fs::remove_file(client.place.path(name));
                } else {
                    client.place.write(name, text);
                }
                let kind = random.below(3) + 1;
                client.tell(
                    "workspace/didChangeWatchedFiles",
                    json!({ "changes": [{ "uri": client.url(name), "type": kind }] }),
                );
            }
            3 => {
                let id = random.below(asked.len() + 1);
                client.tell("$/cancelRequest", json!({ "id": id }));
            }
            4 | 5 if open.contains_key(&uri) => {
                let text = random.text(&TEXTS);
                client.change(&uri, version as i64, text);
                open.insert(uri, text.to_owned());
            }
            6 if open.contains_key(&uri) => {
                // Also in the middle of characters, and past the ends of lines.
                let at = json!({ "line": random.below(8), "character": random.below(30) });
                let end = json!({ "line": random.below(8), "character": random.below(30) });
                let piece = random.text(&PIECES);
                let change = json!([{ "range": { "start": at, "end": end }, "text": piece }, { "text": format!("{piece}{}", random.text(&TEXTS)) }]);
                open.insert(uri.clone(), change[1]["text"].as_str().unwrap().to_owned());
                let document = json!({ "uri": uri, "version": version });
                client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": change }));
            }
            7 => client.tell(
                random.text(&["textDocument/didSave", "$/setTrace", "workspace/none", "textDocument/didOpen"]),
                json!({ "a": 1 }),
            ),
            _ => {
                let method = random.text(&METHODS);
                let params = if random.below(20) == 0 { json!([1]) } else { params(&uri, random) };
                asked.push(client.request(method, params));
            }
        }
    }
    // Each request has one response, cancelled or not.
    for id in asked {
        client.wait(|message| message.get("method").is_none() && message["id"] == id);
    }
    open
}

/// The last diagnostics of each open document, and the answers to requests at some positions.
fn state(client: &mut Client<'_>, open: &BTreeMap<String, String>, seed: u64) -> Vec<(String, Json)> {
    let mut state = Vec::new();
    let mut random = Drawn(seed);
    for (at, (uri, text)) in open.iter().enumerate() {
        let version = 1_000_000 + at as i64;
        client.change(uri, version, text);
        let message = client.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == *uri
                && message["params"]["version"] == version
        });
        state.push((uri.clone(), message["params"]["diagnostics"].clone()));
        for method in METHODS {
            let answer = client.response(method, params(uri, &mut random));
            state.push((format!("{method} {uri}"), json!([answer["result"], answer["error"]])));
        }
    }
    state
}

#[test]
fn after_random_messages_the_server_is_as_one_that_was_just_started() {
    let seeds = 40 / crate::one_in(20);
    for seed in 0..seeds as u64 {
        let place = Place::new(&[
            ("ws/relc.toml", "environments = [\"envs\"]\n"),
            ("ws/envs/own.rel", TEXTS[2]),
            ("ws/common.rel", TEXTS[1]),
        ]);
        let mut client = Client::start(
            &place,
            &place.path("ws"),
            "ws",
            if seed % 2 == 0 { Encoding::Utf8 } else { Encoding::Utf16 },
        );
        let mut random = Drawn(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let open = run(&mut client, &mut random, 200);
        let mut fresh = Client::start(
            &place,
            &place.path("ws"),
            "ws",
            if seed % 2 == 0 { Encoding::Utf8 } else { Encoding::Utf16 },
        );
        for (uri, text) in &open {
            fresh.open(uri, if uri.contains(".rel") { "relc" } else { "yaml" }, text);
        }
        // Files on disk changed before the last notification of it in the old server, too.
        client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
        let (old, new) = (state(&mut client, &open, seed + 1), state(&mut fresh, &open, seed + 1));
        for (old, new) in old.iter().zip(&new) {
            assert_eq!(old, new, "seed {seed}");
        }
        client.shut_down();
        fresh.shut_down();
    }
}
