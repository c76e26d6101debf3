//! Messages over standard input and output.
//!
//! In: bytes, of which each message has a header with its length. Out: messages. What isn't a message is answered with an error, and
//! the next one is read; only a message that is too large ends the connection, as its bytes can't be separated from those after it.

// The server is a program on standard streams, which no caller can pass: messages are read on another thread.
#![allow(clippy::disallowed_methods)]

use std::io::{self, BufRead, Read as _, Write as _};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value, json};

/// Largest message in bytes: the text of the largest file that relc reads, with every character escaped.
const LARGEST: u64 = 256 << 20;

/// Largest line of a header in bytes.
const HEADER: u64 = 4 << 10;

/// Number of messages that are read before they are handled.
const QUEUE: usize = 64;

/// Connects to the client over standard input and output. The thread ends after the last message is written, once the connection
/// is dropped.
///
/// # Errors
/// The system can't start a thread, as a message.
pub fn stdio() -> Result<(Connection, JoinHandle<()>), String> {
    let (sender, messages) = bounded::<Message>(QUEUE);
    let (received, receiver) = bounded(QUEUE);
    let writer = thread("writer", move || write_all(&messages))?;
    // Nothing waits for this thread: it waits for the client.
    thread("reader", move || read_all(&mut io::stdin().lock(), &received))?;
    Ok((Connection { sender, receiver }, writer))
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, String> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|error| format!("cannot start a thread: {error}"))
}

fn write_all(messages: &Receiver<Message>) {
    for message in messages {
        // A client that is gone reads nothing, and the reader finds that out.
        if message.write(&mut io::stdout().lock()).is_err() {
            return;
        }
    }
}

fn read_all(input: &mut impl BufRead, received: &Sender<Message>) {
    loop {
        match read(input) {
            Ok(Frame::Message(message)) => {
                if received.send(*message).is_err() {
                    return;
                }
            }
            Ok(Frame::Invalid(error)) => {
                if answer(&error).is_err() {
                    return;
                }
            }
            Ok(Frame::TooLarge(error)) => {
                let _ = answer(&error);
                return;
            }
            Ok(Frame::End) | Err(_) => return,
        }
    }
}

/// A piece of the input.
#[derive(Debug)]
enum Frame {
    /// A message.
    Message(Box<Message>),
    /// Something else, and the error to send.
    Invalid(Value),
    /// A message that isn't read, and the error to send.
    TooLarge(Value),
    /// The end of the input.
    End,
}

fn error(id: Value, code: ErrorCode, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code as i32, "message": message } })
}

/// Sends an error for a message that has no valid id.
fn answer(error: &Value) -> io::Result<()> {
    let content = error.to_string();
    let mut output = io::stdout().lock();
    write!(output, "Content-Length: {}\r\n\r\n{content}", content.len())?;
    output.flush()
}

fn read(input: &mut impl BufRead) -> io::Result<Frame> {
    let Some(header) = read_header(input)? else { return Ok(Frame::End) };
    let Header::Length(length) = header else {
        return Ok(Frame::Invalid(error(
            Value::Null,
            ErrorCode::ParseError,
            "a message begins with `Content-Length: BYTES`",
        )));
    };
    if length > LARGEST {
        let message = format!("a message of {length} bytes is too large: relc reads up to {LARGEST}");
        return Ok(Frame::TooLarge(error(Value::Null, ErrorCode::InvalidRequest, &message)));
    }
    let mut content = Vec::new();
    // Memory grows with what arrives, not with what is announced.
    let read = input.take(length).read_to_end(&mut content)?;
    Ok(if (read as u64) < length { Frame::End } else { parse(&content) })
}

enum Header {
    /// The length of the content.
    Length(u64),
    /// No valid length.
    Invalid,
}

/// Reads the lines up to an empty one. Returns `None` at the end of the input.
fn read_header(input: &mut impl BufRead) -> io::Result<Option<Header>> {
    let (mut length, mut is_invalid) = (None, false);
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        match line.split_once(':') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("Content-Length") => {
                length = value.trim().parse().ok();
                is_invalid |= length.is_none();
            }
            Some(_) => {}
            None if !line.is_empty() => is_invalid = true,
            // An empty line before a header belongs to no message.
            None if length.is_none() && !is_invalid => {}
            None => return Ok(Some(length.filter(|_| !is_invalid).map_or(Header::Invalid, Header::Length))),
        }
    }
}

fn parse(content: &[u8]) -> Frame {
    let value: Value = match serde_json::from_slice(content) {
        Ok(value) => value,
        Err(reason) => {
            return Frame::Invalid(error(
                Value::Null,
                ErrorCode::ParseError,
                &format!("the message is not JSON: {reason}"),
            ));
        }
    };
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    let is_valid_id = id.is_string() || id.as_i64().is_some_and(|id| i32::try_from(id).is_ok());
    let has_id = value.get("id").is_some();
    let is_call = value.get("method").is_some_and(Value::is_string);
    if is_call && has_id && !is_valid_id {
        return Frame::Invalid(error(id, ErrorCode::InvalidRequest, "an id is a string or a number of 32 bits"));
    }
    match serde_json::from_value(value) {
        Ok(message) => Frame::Message(Box::new(message)),
        Err(_) => {
            let id = if is_valid_id { id } else { Value::Null };
            Frame::Invalid(error(
                id,
                ErrorCode::InvalidRequest,
                "the message is not a request, response or notification",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(content: &str) -> Vec<u8> {
        format!("Content-Length: {}\r\n\r\n{content}", content.len()).into_bytes()
    }

    fn frames(mut input: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            found.push(match read(&mut input).expect("memory can be read") {
                Frame::Message(_) => "message".to_owned(),
                Frame::Invalid(error) => error["error"]["code"].to_string(),
                Frame::TooLarge(_) => "too large".to_owned(),
                Frame::End => return found,
            });
        }
    }

    const VALID: &str = r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#;

    #[test]
    fn a_message_after_an_invalid_one_is_read() {
        for (invalid, code) in [
            (framed("{"), "-32700"),
            (framed(""), "-32700"),
            (framed("[]"), "-32600"),
            (framed("1"), "-32600"),
            (framed(r#"{"method":"a","id":1.5}"#), "-32600"),
            (framed(r#"{"method":"a","id":null}"#), "-32600"),
            (framed(r#"{"method":"a","id":3000000000}"#), "-32600"),
            (framed(&"[".repeat(100_000)), "-32700"),
            (b"Content-Length: -1\r\n\r\n".to_vec(), "-32700"),
            (b"Content-Type: text\r\nhello\r\n\r\n".to_vec(), "-32700"),
            (b"Content-Length: 18446744073709551616\r\n\r\n".to_vec(), "-32700"),
        ] {
            let input = [invalid, framed(VALID)].concat();
            assert_eq!(frames(&input), [code, "message"], "{}", String::from_utf8_lossy(&input[..input.len().min(80)]));
        }
    }

    #[test]
    fn a_length_is_no_promise() {
        assert_eq!(frames(b"Content-Length: 200000000\r\n\r\n{}"), Vec::<String>::new());
        for length in ["99999999999999", "2147483648"] {
            let input = format!("Content-Length: {length}\r\n\r\n");
            assert_eq!(frames(input.as_bytes()), ["too large"]);
        }
    }
}
