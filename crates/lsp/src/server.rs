//! The state of a running server, and its loop over what happens.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{after, never, select};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{PublishDiagnosticsParams, ShowDocumentParams, Url};
use serde_json::Value;

use super::background::{Background, response};
use super::capabilities::watchers;
use super::client::{Client, Settings};
use super::diagnostics::{CheckResult, DiagnosticStore, Done, Worker, Workspace};
use super::documents::{Documents, Stale};
use super::pull::Pulls;
use super::requests::{self, Session};
use super::{ENDED, Reports, respond};

/// A running server.
pub struct Server<'c> {
    connection: &'c Connection,
    client: Client,
    documents: Documents,
    diagnostics: DiagnosticStore,
    worker: Worker,
    background: Background,
    workspace: Workspace,
    pulls: Pulls,
    /// The requests that the background answers.
    pending: HashSet<RequestId>,
    /// Those of them that are commands, whose results are shown.
    commands: HashSet<RequestId>,
    /// True while a file is being checked.
    is_checking: bool,
    /// True if nothing happened for a while.
    is_quiet: bool,
    shut_down: bool,
    /// Number of requests sent to the client.
    requests: i32,
}

/// How long nothing must happen before files that are not open are checked.
const QUIET: Duration = Duration::from_millis(300);

impl<'c> Server<'c> {
    /// Starts the threads of a server.
    ///
    /// # Errors
    /// The system can't start a thread, as a message.
    pub fn start(
        connection: &'c Connection,
        client: Client,
        roots: Vec<PathBuf>,
        reports: Reports,
    ) -> Result<Server<'c>, String> {
        Ok(Server {
            connection,
            documents: Documents::new(client.column, roots),
            client,
            diagnostics: DiagnosticStore::default(),
            worker: Worker::start()?,
            background: Background::start(reports)?,
            workspace: Workspace::default(),
            pulls: Pulls::default(),
            pending: HashSet::new(),
            commands: HashSet::new(),
            is_checking: false,
            is_quiet: false,
            shut_down: false,
            requests: 0,
        })
    }

    /// Handles messages until the client ends.
    ///
    /// # Errors
    /// The client ends without `shutdown`, as a message.
    pub fn run(mut self) -> Result<(), String> {
        loop {
            self.check();
            self.answer_pulls();
            let timer = match self.has_time() {
                true if self.is_quiet => after(Duration::ZERO),
                true => after(QUIET),
                false => never(),
            };
            let message = select! {
                recv(self.connection.receiver) -> message => message.ok(),
                recv(self.worker.results) -> done => {
                    done.into_iter().for_each(|done| self.finish(done));
                    continue;
                }
                recv(self.background.responses) -> response => {
                    response.into_iter().for_each(|response| self.send_pending(response));
                    continue;
                }
                recv(timer) -> _ => {
                    self.is_quiet = true;
                    self.check_workspace();
                    continue;
                }
            };
            match message {
                Some(Message::Request(request)) => self.request(request),
                Some(Message::Notification(notification)) if notification.method != notification::Exit::METHOD => {
                    self.notified(notification);
                }
                Some(Message::Response(_)) => {}
                // The client has ended, or is gone.
                Some(Message::Notification(_)) | None => {
                    return if self.shut_down { Ok(()) } else { Err(ENDED.to_owned()) };
                }
            }
        }
    }

    /// Requests a check of the next changed document, unless one is running.
    fn check(&mut self) {
        if self.is_checking {
            return;
        }
        if let Some(url) = self.documents.next_changed() {
            self.is_checking = true;
            self.worker.check(&self.documents.files, url);
        }
    }

    /// Returns true if nothing urgent is to be done, but a check of files that are not open.
    fn has_time(&self) -> bool {
        let is_wanted = self.client.settings.workspace_diagnostics && !self.documents.files.roots.is_empty();
        !self.is_checking && is_wanted && (self.documents.is_stale() || self.workspace.is_waiting())
    }

    fn check_workspace(&mut self) {
        match self.documents.take_stale() {
            Some(Stale::All) => {
                self.is_checking = true;
                return self.worker.list(&self.documents.files);
            }
            Some(Stale::Importers) => self.workspace.check_importers(),
            None => {}
        }
        let paths = self.workspace.take_some();
        if !paths.is_empty() {
            self.is_checking = true;
            self.worker.check_paths(&self.documents.files, paths);
        }
    }

    fn finish(&mut self, done: Done) {
        self.is_checking = false;
        match done {
            Done::Listed(paths) => self.workspace.check_all(paths),
            Done::Checked(results) => results.into_iter().for_each(|result| self.keep(result)),
        }
    }

    /// Stores the diagnostics of a file and publishes them, if it is still open or still isn't.
    fn keep(&mut self, result: CheckResult) {
        let CheckResult { url, version, found, closed } = result;
        let is_open = self.documents.files.get(&url).is_some();
        if is_open != version.is_some() {
            return;
        }
        if let Some((path, is_importer)) = closed {
            self.workspace.remember(path, is_importer);
        }
        let is_new = self.diagnostics.keep(url.clone(), version, found);
        if is_open || is_new {
            self.publish(url, version);
        }
    }

    fn publish(&self, uri: Url, version: Option<i32>) {
        if self.client.pulls_diagnostics {
            return;
        }
        let diagnostics = self.diagnostics.get(&uri).map(|known| known.diagnostics()).unwrap_or_default();
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.notify(Notification::new(notification::PublishDiagnostics::METHOD.to_owned(), params));
    }

    /// Clears the diagnostics of closed documents. Those of files come back when the open folders are checked.
    fn close(&mut self) {
        for url in self.documents.take_closed() {
            self.diagnostics.forget(&url);
            self.publish(url, None);
        }
    }

    fn answer_pulls(&mut self) {
        let mut answers = self.pulls.of_documents(&self.documents, &self.diagnostics);
        let is_wanted = self.pulls.wants_workspace() && !self.is_checking && !self.has_time();
        if is_wanted {
            answers.extend(self.pulls.of_workspace(&self.diagnostics));
        }
        answers.into_iter().for_each(|(id, answer)| respond(self.connection, Response::new_ok(id, answer)));
    }

    fn notified(&mut self, notification: Notification) {
        match notification.method.as_str() {
            notification::Initialized::METHOD => {
                if self.client.registers_watchers {
                    self.ask(request::RegisterCapability::METHOD, watchers());
                }
            }
            notification::Cancel::METHOD => self.cancel(&notification.params["id"]),
            notification::DidChangeConfiguration::METHOD => {
                if let Some(settings) = Settings::read(&notification.params["settings"]) {
                    self.client.settings = settings;
                }
            }
            method => {
                let is_of_disk = method == notification::DidChangeWatchedFiles::METHOD;
                self.is_quiet = false;
                self.documents.apply(notification);
                self.close();
                if is_of_disk && self.client.refreshes_diagnostics && self.client.pulls_diagnostics {
                    self.ask(request::WorkspaceDiagnosticRefresh::METHOD, Value::Null);
                }
            }
        }
    }

    fn cancel(&mut self, id: &Value) {
        let Ok(id) = serde_json::from_value::<RequestId>(id.clone()) else { return };
        if self.pending.remove(&id) || self.pulls.cancel(&id) {
            let error = Response::new_err(id, ErrorCode::RequestCanceled as i32, "cancelled".to_owned());
            respond(self.connection, error);
        }
    }

    fn request(&mut self, request: Request) {
        let refuse = |code: ErrorCode, message: &str| {
            respond(self.connection, Response::new_err(request.id.clone(), code as i32, message.to_owned()));
        };
        if self.shut_down {
            return refuse(ErrorCode::InvalidRequest, "shut down already");
        }
        match request.method.as_str() {
            request::Initialize::METHOD => refuse(ErrorCode::InvalidRequest, "initialized already"),
            request::Shutdown::METHOD => {
                self.shut_down = true;
                respond(self.connection, Response::new_ok(request.id, Value::Null));
            }
            method if requests::is_slow(method) => {
                if method == request::ExecuteCommand::METHOD {
                    self.commands.insert(request.id.clone());
                }
                self.pending.insert(request.id.clone());
                self.background.answer(&self.documents.files, request);
            }
            _ if self.pulls.take(&request) => {}
            _ => {
                let session =
                    Session { client: &self.client, documents: &self.documents, diagnostics: &self.diagnostics };
                let answer = catch_unwind(AssertUnwindSafe(|| requests::answer(&session, &request)));
                respond(self.connection, response(&request, answer.map_err(drop)));
            }
        }
    }

    /// Sends the response of the background, unless its request was cancelled.
    fn send_pending(&mut self, response: Response) {
        let is_command = self.commands.remove(&response.id);
        if self.pending.remove(&response.id) {
            if is_command && self.client.shows_documents {
                let made =
                    response.response_result.as_ref().ok().and_then(|made| serde_json::from_value(made.clone()).ok());
                if let Some(uri) = made.and_then(|made| requests::written(&made)) {
                    let external = None;
                    let params = ShowDocumentParams { uri, external, take_focus: Some(true), selection: None };
                    self.ask(request::ShowDocument::METHOD, params);
                }
            }
            respond(self.connection, response);
        }
    }

    /// Sends a request to the client, whose response is not needed.
    fn ask(&mut self, method: &str, params: impl serde::Serialize) {
        self.requests += 1;
        let request = Request::new(RequestId::from(self.requests), method.to_owned(), params);
        let _ = self.connection.sender.send(request.into());
    }

    fn notify(&self, notification: Notification) {
        let _ = self.connection.sender.send(notification.into());
    }
}
