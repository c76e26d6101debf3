//! Fixes, links and labels of diagnostics, and renames inside a file.

use super::*;

/// Opens a text as `a.rel`, and returns the client, the URL and the diagnostics.
fn opened<'p>(place: &'p Place, text: &str) -> (Client<'p>, String, Vec<Json>) {
    let mut client = Client::start(place, &place.path("."), ".", Encoding::Utf16);
    let uri = client.url("a.rel");
    client.open(&uri, "relc", text);
    let found = client.published(&uri, |_| true);
    (client, uri, found)
}

fn of<'d>(found: &'d [Json], code: &str) -> &'d Json {
    found.iter().find(|found| found["code"] == code).unwrap_or_else(|| panic!("no {code}: {found:?}"))
}

const MISTAKES: &str = "release shop on deployment-istio blue-green { names: labels } <\n  v1 60% \"x:1\" { prot: 80 }\n  v2 60% \"x:2\" { port: 80 }\n>\n";

#[test]
fn actions_are_of_the_kinds_that_are_asked_for() {
    let place = Place::new(&[]);
    let (mut client, uri, found) = opened(&place, MISTAKES);
    let range = &of(&found, "unknown-key")["range"];
    let ask = |client: &mut Client<'_>, only: Json| {
        let context = json!({ "diagnostics": [], "only": only });
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
        client.ask("textDocument/codeAction", params).as_array().unwrap().clone()
    };
    let all = ask(&mut client, Json::Null);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((&all[0]["kind"], &all[0]["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(ask(&mut client, json!(["quickfix"])), all);
    assert_eq!(ask(&mut client, json!([""])).len(), 1);
    for only in ["refactor", "source.organizeImports", "quickfix.other", "source.fixAll"] {
        assert_eq!(ask(&mut client, json!([only])), Vec::<Json>::new(), "{only}");
    }
    client.shut_down();
}

#[test]
fn a_diagnostic_has_its_fix_as_data() {
    let place = Place::new(&[]);
    let (client, _, found) = opened(&place, MISTAKES);
    let misspelled = of(&found, "unknown-key");
    let edits = json!([{ "range": misspelled["range"], "newText": "port" }]);
    assert_eq!(misspelled["data"]["edits"], edits, "{misspelled}");
    assert_eq!(misspelled["data"]["isPreferred"], true);
    client.shut_down();
}

#[test]
fn what_is_typed_is_indented_and_closed() {
    let place = Place::new(&[]);
    let (mut client, uri, _) = opened(&place, "release shop on deployment <\n");
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let params = json!({
        "textDocument": { "uri": uri }, "position": { "line": 1, "character": 0 }, "ch": "\n", "options": options,
    });
    let edits = client.ask("textDocument/onTypeFormatting", params);
    let new: Vec<&str> = edits.as_array().unwrap().iter().map(|edit| edit["newText"].as_str().unwrap()).collect();
    assert_eq!(new, ["  ", "\n>"], "{edits}");
    client.shut_down();
}

#[test]
fn all_safe_fixes_are_one_action() {
    let place = Place::new(&[]);
    let (mut client, uri, found) = opened(
        &place,
        "let a = 1\n// relc: allow(image-latest): because\nlet b = a\n\nrelease a on deployment < v1 \"x:1\" >\n",
    );
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } },
        "context": { "diagnostics": [], "only": ["source.fixAll"] },
    });
    let actions = client.ask("textDocument/codeAction", params);
    assert_eq!(actions[0]["kind"], "source.fixAll.relc", "{actions} {found:?}");
    assert!(actions[0]["edit"]["changes"][&uri].as_array().is_some_and(|edits| !edits.is_empty()));
    client.shut_down();
}

#[test]
fn a_diagnostic_leads_to_its_rule_and_to_what_it_conflicts_with() {
    let place = Place::new(&[]);
    let (client, _, found) = opened(&place, MISTAKES);
    for found in &found {
        let href = found["codeDescription"]["href"].as_str().unwrap_or_else(|| panic!("no page: {found}"));
        let page = std::fs::read_to_string(href.strip_prefix("file://").unwrap()).unwrap();
        assert!(page.starts_with(&format!("# {}\n", found["code"].as_str().unwrap())), "{page}");
    }
    let related = &of(&found, "percent-sum")["relatedInformation"];
    for related in related.as_array().unwrap() {
        let message = related["message"].as_str().unwrap();
        assert!(message.chars().any(char::is_alphabetic), "{message}");
    }
    client.shut_down();
}

#[test]
fn text_without_effect_and_outdated_text_are_marked() {
    let place = Place::new(&[]);
    let (client, _, found) = opened(&place, "release a on deployment none < v1 10 \"x:1\" >\n");
    assert_eq!(of(&found, "weight-without-effect")["tags"], json!([1]));
    client.shut_down();
}

#[test]
fn labels_and_releases_are_renamed() {
    let place = Place::new(&[]);
    let text = "release shop on deployment-istio canary { names: labels } <\n  stable \"x:1\"\n  next \"x:2\" when header a is \"b\"\n>\nrelease other on deployment < stable \"x:1\" >\n";
    let (mut client, uri, _) = opened(&place, text);
    let rename = |client: &mut Client<'_>, line: u32, character: u32, new: &str| {
        let params = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character }, "newName": new });
        let response = client.response("textDocument/rename", params);
        let edits = response["result"]["changes"][&uri].as_array().map_or(0, Vec::len);
        (edits, response["error"]["message"].as_str().unwrap_or("").to_owned())
    };
    assert_eq!(rename(&mut client, 1, 4, "current"), (1, String::new()));
    assert_eq!(rename(&mut client, 0, 9, "store"), (1, String::new()));
    assert_eq!(rename(&mut client, 1, 4, "next"), (0, "`next` is the name of something else in `a.rel`".to_owned()));
    assert_eq!(rename(&mut client, 0, 9, "other"), (0, "`other` is the name of something else in `a.rel`".to_owned()));
    assert_eq!(rename(&mut client, 1, 4, "when"), (0, "`when` is not a valid name: it is a reserved word".to_owned()));
    client.change(&uri, 2, "let tag = \"1\"\nlet x = tag\n");
    for (new, reason) in [
        ("if", "it is a reserved word"),
        ("Tag", "it must start with a lower-case letter, as in `base-image`"),
        ("a b", "only letters, digits, `_`, and hyphens inside are allowed"),
        ("a-", "only letters, digits, `_`, and hyphens inside are allowed"),
    ] {
        assert_eq!(rename(&mut client, 0, 5, new), (0, format!("`{new}` is not a valid name: {reason}")));
    }
    client.shut_down();
}

#[test]
fn formatting_replaces_only_what_changes() {
    let place = Place::new(&[]);
    let lines: Vec<String> = (0..50).map(|at| format!("let a{at} = {at}\n")).collect();
    let text = lines.concat().replace("let a20 = 20", "let  a20=20").replace("let a40 = 40\n", "let a40 = [\n1, 2]\n");
    let (mut client, uri, _) = opened(&place, &text);
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let edits = client.ask("textDocument/formatting", json!({ "textDocument": { "uri": uri }, "options": options }));
    let edits = edits.as_array().unwrap();
    assert!(edits.len() >= 2, "{edits:?}");
    let mut result = text.clone();
    for edit in edits.iter().rev() {
        let line = edit["range"]["start"]["line"].as_u64().unwrap();
        assert!((19..44).contains(&line) && edit["newText"].as_str().unwrap().len() < 40, "{edit}");
        let at = |end: &str| {
            let (line, column) =
                (edit["range"][end]["line"].as_u64().unwrap(), edit["range"][end]["character"].as_u64().unwrap());
            text.split_inclusive('\n').take(line as usize).map(str::len).sum::<usize>() + column as usize
        };
        result.replace_range(at("start")..at("end"), edit["newText"].as_str().unwrap());
    }
    place.write("b.rel", &text);
    assert_eq!(place.run(&["fmt", "b.rel"]).code, Some(0));
    assert_eq!(result, place.read("b.rel"));
    client.shut_down();
}
