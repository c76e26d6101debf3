//! A thread that answers requests about all files of the open folders.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{ErrorCode, Request, Response};

use super::Reports;
use super::diagnostics::STACK;
use super::files::Files;
use super::requests;

/// The thread, and its requests.
pub struct Background {
    jobs: Sender<(Files, Request)>,
    /// The responses, in the order of the requests.
    pub responses: Receiver<Response>,
}

impl Background {
    /// Starts the thread, which ends when this value is dropped.
    ///
    /// # Errors
    /// The system can't start a thread, as a message.
    pub fn start(reports: Reports) -> Result<Background, String> {
        let (jobs, queue) = unbounded::<(Files, Request)>();
        let (done, responses) = unbounded();
        let work = move || {
            for (files, request) in queue {
                let answer = catch_unwind(AssertUnwindSafe(|| requests::answer_slowly(&files, &reports, &request)));
                if done.send(response(&request, answer.map_err(drop))).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("requests".to_owned()).stack_size(STACK).spawn(work);
        thread.map_err(|error| format!("cannot start a thread: {error}"))?;
        Ok(Background { jobs, responses })
    }

    /// Answers a request later, in a snapshot of the files.
    pub fn answer(&self, files: &Files, request: Request) {
        let _ = self.jobs.send((files.clone(), request));
    }
}

/// Returns the response to a request. `Err` is a panic: a bug must not end the server, and the next request is answered.
pub fn response(request: &Request, answer: Result<Option<requests::Answer>, ()>) -> Response {
    let id = request.id.clone();
    let error = |code: ErrorCode, message: String| Response::new_err(id.clone(), code as i32, message);
    match answer {
        Ok(Some(Ok(value))) => Response::new_ok(id, value),
        Ok(Some(Err(message))) => error(ErrorCode::InvalidParams, message),
        Ok(None) => error(ErrorCode::MethodNotFound, format!("relc does not know `{}`", request.method)),
        Err(()) => error(ErrorCode::InternalError, format!("`{}` failed in relc", request.method)),
    }
}
