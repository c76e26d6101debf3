//! Signatures, selections, links, lenses, commands, outlines, and files that move.

use super::*;

const COMMON: &str = "/// The name of a host.\nfragment host(name: string, zone: string = \"a\"): string = \"{name}.{zone}\"\nlet port = 80\n";
const MAIN: &str = "import \"lib/common.rel\" as c\nrelease web on deployment-istio blue-green { names: labels, port: c.port } <\n  v1 30% \"x:1\" { env: file(\"env.yaml\") }\n  v2 70% \"x:2\"\n>\n";

fn place() -> Place {
    Place::new(&[("ws/lib/common.rel", COMMON), ("ws/main.rel", MAIN), ("ws/env.yaml", "A: b\n")])
}

fn client(place: &Place) -> Client<'_> {
    let mut client = Client::start(place, &place.path("ws"), "ws", Encoding::Utf8);
    client.open_file("ws/main.rel");
    client
}

fn document(client: &Client<'_>, name: &str) -> Json {
    json!({ "textDocument": { "uri": client.url(name) } })
}

#[test]
fn a_call_shows_its_parameters() {
    let place = place();
    let mut client = client(&place);
    let uri = client.url("ws/main.rel");
    let mut version = 1;
    let mut ask = |text: &str| {
        version += 1;
        let (text, position) = marked(text);
        client.change(&uri, version, &text);
        let help =
            client.ask("textDocument/signatureHelp", json!({ "textDocument": { "uri": uri }, "position": position }));
        (help["signatures"][0]["label"].as_str().unwrap_or("").to_owned(), help["activeParameter"].as_u64())
    };
    let head = "import \"lib/common.rel\" as c\n";
    let host = "host(name: string, zone: string): string".to_owned();
    assert_eq!(ask(&format!("{head}let a = c.host(‸)\n")), (host.clone(), Some(0)));
    assert_eq!(ask(&format!("{head}let a = c.host(\"a, b\", ‸\n")), (host.clone(), Some(1)));
    assert_eq!(ask(&format!("{head}let a = c.host(zone: ‸)\n")), (host, Some(1)));
    let (label, active) = ask("let a = merge({ a: [1, 2] }, ‸)\n");
    assert!(label.starts_with("merge(") && active.is_some(), "{label}");
    assert_eq!(ask("let a = (‸1)\n").0, "");
    client.shut_down();
}

#[test]
fn a_selection_grows_to_the_whole_file() {
    let place = place();
    let mut client = client(&place);
    let mut params = document(&client, "ws/main.rel");
    params["positions"] = json!([{ "line": 1, "character": 60 }]);
    let found = client.ask("textDocument/selectionRange", params);
    let mut ranges = Vec::new();
    let mut next = &found[0];
    while next.is_object() {
        ranges.push(next["range"].clone());
        next = &next["parent"];
    }
    assert!(ranges.len() >= 4, "{ranges:?}");
    assert_eq!(ranges.last().unwrap()["start"], json!({ "line": 0, "character": 0 }));
    client.shut_down();
}

#[test]
fn named_files_are_links() {
    let place = place();
    let mut client = client(&place);
    let params = document(&client, "ws/main.rel");
    let links = client.ask("textDocument/documentLink", params);
    let targets: Vec<&str> = links.as_array().unwrap().iter().map(|link| link["target"].as_str().unwrap()).collect();
    assert_eq!(targets, [client.url("ws/lib/common.rel"), client.url("ws/env.yaml")]);
    assert_eq!(
        links[0]["range"],
        json!({ "start": { "line": 0, "character": 8 }, "end": { "line": 0, "character": 22 } })
    );
    client.shut_down();
}

#[test]
fn files_that_move_are_named_where_they_are() {
    let place = place();
    let mut client = client(&place);
    for (old, new, expected) in [
        ("ws/lib/common.rel", "ws/lib/shared.rel", vec![("ws/main.rel", "lib/shared.rel")]),
        ("ws/lib", "ws/parts", vec![("ws/main.rel", "parts/common.rel")]),
        ("ws/main.rel", "ws/apps/main.rel", vec![("ws/main.rel", "../lib/common.rel"), ("ws/main.rel", "../env.yaml")]),
        ("ws/other.rel", "ws/else.rel", vec![]),
    ] {
        let files = json!({ "files": [{ "oldUri": client.url(old), "newUri": client.url(new) }] });
        let edit = client.ask("workspace/willRenameFiles", files);
        let mut found = Vec::new();
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            found.extend(
                edits
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|edit| (uri.clone(), edit["newText"].as_str().unwrap().to_owned())),
            );
        }
        let expected: Vec<_> = expected.into_iter().map(|(name, text)| (client.url(name), text.to_owned())).collect();
        assert_eq!(found, expected, "{old} to {new}");
    }
    client.shut_down();
}

#[test]
fn lenses_show_manifests_and_traffic_of_the_text_in_the_editor() {
    let place = place();
    let mut client = client(&place);
    let uri = client.url("ws/main.rel");
    let lenses = client.ask("textDocument/codeLens", document(&client, "ws/main.rel"));
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().map(|lens| lens["command"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["show manifests", "preview traffic"]);
    // What is shown is the text in the editor, saved or not.
    client.change(&uri, 2, &MAIN.replace("x:2", "shop:3"));
    let made = |client: &mut Client<'_>, at: usize| {
        let command = &lenses[at]["command"];
        client.ask(
            "workspace/executeCommand",
            json!({ "command": command["command"], "arguments": command["arguments"] }),
        )
    };
    let manifests = made(&mut client, 0);
    let text = manifests["text"].as_str().unwrap();
    assert!(text.contains("image: shop:3") && !text.contains(" # "), "{text}");
    // Each line leads to the line that it comes from.
    let image = text.lines().position(|line| line.contains("image: shop:3")).unwrap();
    let origin = manifests["lines"].as_array().unwrap().iter().find(|pair| pair[0] == image).unwrap();
    assert_eq!(origin[1], 3, "{manifests}");
    let traffic = made(&mut client, 1);
    assert!(traffic["text"].as_str().unwrap().contains("v1 30%"), "{traffic}");
    let same = client.ask("relc/manifests", document(&client, "ws/main.rel"));
    assert_eq!(same["text"], manifests["text"]);
    // A file with errors has no manifests.
    client.change(&uri, 3, &MAIN.replace("names: labels", "nams: labels"));
    let refused = client.response("relc/manifests", document(&client, "ws/main.rel"));
    assert_eq!(refused["error"]["message"], "the file has errors");
    client.shut_down();
}

#[test]
fn hints_and_lenses_can_be_switched_off() {
    let place = place();
    let mut client = client(&place);
    let mut params = document(&client, "ws/main.rel");
    params["range"] = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    client.change(&client.url("ws/main.rel"), 2, &MAIN.replace("v2 70%", "v2"));
    assert_ne!(client.ask("textDocument/inlayHint", params.clone()), json!([]));
    client.tell(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "relc": { "inlayHints": false, "codeLens": false } } }),
    );
    assert_eq!(client.ask("textDocument/inlayHint", params.clone()), Json::Null);
    assert_eq!(client.ask("textDocument/codeLens", params), Json::Null);
    client.shut_down();
}

#[test]
fn the_outline_of_an_environment_is_nested() {
    let place = Place::new(&[(
        "a.rel",
        "import kube\npart shop {\n  settings { door: string = \"a\" }\n  version {\n    headline ware: string\n    let sign = v.ware\n  }\n  fragment f() = 1\n  strategy none {}\n}\n",
    )]);
    let mut client = Client::start(&place, &place.path("."), ".", Encoding::Utf8);
    client.open_file("a.rel");
    let symbols = client.ask("textDocument/documentSymbol", document(&client, "a.rel"));
    fn names(symbols: &Json) -> Vec<String> {
        let mut found = Vec::new();
        for symbol in symbols.as_array().into_iter().flatten() {
            let inner = names(&symbol["children"]);
            let name = symbol["name"].as_str().unwrap();
            found.push(if inner.is_empty() { name.to_owned() } else { format!("{name}({})", inner.join(" ")) });
        }
        found
    }
    assert_eq!(names(&symbols), ["shop(settings(door) version(ware sign) f none)"]);
    client.shut_down();
}

#[test]
fn a_client_with_snippets_gets_them_and_another_plain_text() {
    let place = Place::new(&[]);
    for (has_snippets, expected) in [(true, "resources: { $1 }"), (false, "resources: ")] {
        let capabilities =
            json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": has_snippets } } } });
        let (mut client, _) = Client::with(&place, &place.path("."), ".", capabilities);
        let uri = client.url("a.rel");
        let (text, position) = marked("release a on deployment < v1 \"x\" { ‸ } >\n");
        client.open(&uri, "relc", &text);
        let items =
            client.ask("textDocument/completion", json!({ "textDocument": { "uri": uri }, "position": position }));
        let item = items.as_array().unwrap().iter().find(|item| item["label"] == "resources").unwrap();
        assert_eq!((&item["textEdit"]["newText"], &item["filterText"]), (&json!(expected), &json!("resources")));
        assert!(item["documentation"]["value"].as_str().is_some_and(|text| !text.is_empty()), "{item}");
        client.shut_down();
    }
}

#[test]
fn a_client_that_shows_results_itself_is_not_asked_to() {
    for (shows, expected) in [(true, true), (false, false)] {
        let place = place();
        let mut client = Client::process(&place, &place.path("."));
        let params = json!({
            "processId": null,
            "rootUri": null,
            "capabilities": { "window": { "showDocument": { "support": true } } },
            "initializationOptions": { "showDocuments": shows },
        });
        client.ask("initialize", params);
        client.tell("initialized", json!({}));
        let uri = client.url("ws/a.rel");
        client.open(&uri, "relc", "release a on deployment < v1 \"x:1\" { port: 80 } >\n");
        let params = json!({ "command": "relc.showManifests", "arguments": [uri] });
        let made = client.ask("workspace/executeCommand", params);
        assert!(made["text"].as_str().is_some_and(|text| text.contains("kind: Deployment")), "{made}");
        client.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": uri } }));
        let is_asked = client.told.iter().any(|message| message["method"] == "window/showDocument");
        assert_eq!(is_asked, expected);
        client.shut_down();
    }
}
