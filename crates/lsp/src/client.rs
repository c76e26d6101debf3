//! What the client declared when it started: the features that it supports, and the user's settings.

use lsp_types::{InitializeParams, PositionEncodingKind};
use relc_syntax::lines::Column;
use serde::Deserialize;
use serde_json::Value;

/// What the client supports.
#[derive(Clone, Debug)]
pub struct Client {
    /// The unit of columns.
    pub column: Column,
    /// Text with positions to fill in.
    pub snippets: bool,
    /// Requests for diagnostics, so that none are sent without one.
    pub pulls_diagnostics: bool,
    /// A request to ask for diagnostics again.
    pub refreshes_diagnostics: bool,
    /// The registration of file watchers.
    pub registers_watchers: bool,
    /// Requests to show a document, unless the client shows what commands return itself.
    pub shows_documents: bool,
    /// The command that runs the tests of a file.
    pub runs_tests: bool,
    /// The user's settings.
    pub settings: Settings,
}

/// The user's settings, from `initializationOptions` or `workspace/didChangeConfiguration`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Inlay hints.
    pub inlay_hints: bool,
    /// Code lenses.
    pub code_lens: bool,
    /// Diagnostics of files that are not open.
    pub workspace_diagnostics: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { inlay_hints: true, code_lens: true, workspace_diagnostics: true }
    }
}

impl Settings {
    /// Reads settings, which can be below the key `relc`; returns `None` if they are of another form.
    pub fn read(value: &Value) -> Option<Settings> {
        let value = value.get("relc").unwrap_or(value);
        value.is_object().then(|| Settings::deserialize(value).ok()).flatten()
    }
}

impl Client {
    /// Reads what a client declared.
    ///
    /// `raw` is `params` before they were parsed, for what the types don't have.
    pub fn new(params: &InitializeParams, raw: &Value) -> Client {
        let capabilities = &params.capabilities;
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let is = |flag: Option<bool>| flag.unwrap_or(false);
        let completion = text.and_then(|text| text.completion.as_ref()?.completion_item.as_ref());
        let watchers = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let refresh = raw.pointer("/capabilities/workspace/diagnostics/refreshSupport");
        let show = capabilities.window.as_ref().and_then(|window| window.show_document.as_ref());
        Client {
            column: column(params),
            snippets: is(completion.and_then(|item| item.snippet_support)),
            pulls_diagnostics: text.is_some_and(|text| text.diagnostic.is_some()),
            refreshes_diagnostics: is(refresh.and_then(Value::as_bool)),
            registers_watchers: is(watchers.and_then(|watchers| watchers.dynamic_registration)),
            shows_documents: show.is_some_and(|show| show.support)
                && raw.pointer("/initializationOptions/showDocuments").and_then(Value::as_bool) != Some(false),
            runs_tests: is(raw.pointer("/initializationOptions/runTest").and_then(Value::as_bool)),
            settings: params.initialization_options.as_ref().and_then(Settings::read).unwrap_or_default(),
        }
    }
}

/// Chooses UTF-8 if the client supports it, as relc counts in bytes.
fn column(params: &InitializeParams) -> Column {
    let general = params.capabilities.general.as_ref();
    let known = general.and_then(|general| general.position_encodings.as_ref());
    match known.is_some_and(|known| known.contains(&PositionEncodingKind::UTF8)) {
        true => Column::Bytes,
        false => Column::Utf16,
    }
}
