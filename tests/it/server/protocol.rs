//! What isn't a message, messages out of order, and the ways to end.

use super::*;

const SHOP: &str = "release shop on deployment < v1 \"x:1\" { prot: 80 } >\n";

/// A client in a place without files.
fn client(place: &Place) -> Client<'_> {
    Client::process(place, &place.path("."))
}

fn initialize(client: &mut Client<'_>) {
    client.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": {} }));
}

#[test]
fn a_request_before_initialize_is_refused_and_initialize_is_answered() {
    let place = Place::new(&[]);
    let mut client = client(&place);
    client.tell("textDocument/didOpen", json!({}));
    assert_eq!(client.response("textDocument/hover", json!({}))["error"]["code"], -32002);
    assert_eq!(client.response("shutdown", json!(null))["error"]["code"], -32002);
    assert_eq!(client.response("initialize", json!({ "capabilities": 1 }))["error"]["code"], -32602);
    initialize(&mut client);
    client.shut_down();
}

#[test]
fn messages_before_initialized_are_answered() {
    let place = Place::new(&[]);
    let mut client = client(&place);
    initialize(&mut client);
    let uri = client.url("a.rel");
    client.open(&uri, "relc", SHOP);
    assert!(client.codes(&uri, 1).contains(&"unknown-key".to_owned()));
    let symbols = client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(symbols[0]["name"], "shop");
    client.tell("initialized", json!({}));
    client.shut_down();
}

#[test]
fn a_second_initialize_is_an_invalid_request() {
    let place = Place::new(&[]);
    let mut client = client(&place);
    initialize(&mut client);
    assert_eq!(client.response("initialize", json!({ "capabilities": {} }))["error"]["code"], -32600);
    client.ask("shutdown", Json::Null);
    assert_eq!(client.response("textDocument/hover", json!({}))["error"]["code"], -32600);
    client.tell("exit", Json::Null);
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn an_end_without_shutdown_is_a_failure() {
    let place = Place::new(&[]);
    for is_initialized in [false, true] {
        for says_exit in [false, true] {
            let mut client = client(&place);
            if is_initialized {
                initialize(&mut client);
            }
            if says_exit {
                client.tell("exit", Json::Null);
            }
            assert_eq!(client.exit_code(), Some(1), "initialized: {is_initialized}, exit: {says_exit}");
        }
    }
}

#[test]
fn what_is_no_message_is_answered_and_the_next_one_read() {
    let place = Place::new(&[]);
    let mut client = client(&place);
    initialize(&mut client);
    for (bytes, code) in [
        ("Content-Length: 1\r\n\r\n{", -32700),
        ("Content-Length: 5\r\n\r\n{\"a\":", -32700),
        ("Content-Length: 2\r\n\r\n[]", -32600),
        ("hello\r\n\r\n", -32700),
        ("Content-Length: x\r\n\r\n", -32700),
    ] {
        client.write(bytes.as_bytes());
        let error = client.wait(|message| message.get("error").is_some());
        assert_eq!((&error["error"]["code"], &error["id"]), (&json!(code), &Json::Null), "{bytes}");
    }
    assert_eq!(client.response("textDocument/colour", json!({}))["error"]["code"], -32601);
    assert_eq!(client.response("textDocument/hover", json!({ "position": 1 }))["error"]["code"], -32602);
    client.shut_down();
}

#[test]
fn a_length_beyond_all_bounds_is_refused_without_the_memory_for_it() {
    let place = Place::new(&[]);
    for length in ["99999999999999", "2147483648"] {
        let mut client = client(&place);
        initialize(&mut client);
        client.write(format!("Content-Length: {length}\r\n\r\n").as_bytes());
        let error = client.wait(|message| message.get("error").is_some());
        assert!(error["error"]["message"].as_str().unwrap().contains(length), "{error}");
        assert_eq!(client.exit_code(), Some(1), "{length}");
    }
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let place = Place::new(&[]);
    let (mut client, _) = Client::with(&place, &place.path("."), ".", json!({ "textDocument": { "diagnostic": {} } }));
    // The first request is answered, and the second waits for news.
    let first = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    assert_eq!(first["items"], json!([]));
    let uri = client.url("none.rel");
    let known = json!({ "previousResultIds": [{ "uri": uri, "value": "x" }] });
    let gone = client.ask("workspace/diagnostic", known);
    assert_eq!(gone["items"][0]["items"], json!([]), "what is gone has no diagnostics");
    client.open(&uri, "relc", SHOP);
    let report = client.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(report["items"][0]["code"], "unknown-key", "{report}");
    let known = json!({ "previousResultIds": [{ "uri": uri, "value": report["resultId"] }] });
    let id = client.request("workspace/diagnostic", known);
    client.tell("$/cancelRequest", json!({ "id": id }));
    let error = client.wait(|message| message["id"] == id);
    assert_eq!(error["error"]["code"], -32800);
    client.shut_down();
}

#[test]
fn a_server_without_a_client_names_what_it_is_for() {
    let place = Place::new(&[]);
    let run = place.command(&["lsp"]).stdin(Stdio::null()).output().unwrap();
    let error = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{error}");
    assert!(error.contains("`relc lsp` is the language server, which editors start"), "{error}");
}
