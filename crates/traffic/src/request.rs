//! One HTTP request, as a router sees it.

use std::fmt;

/// The entry at which a request meets its first router.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// The sidecar of a client in the mesh.
    Mesh,
    /// A gateway, as `NAMESPACE/NAME`.
    Gateway(String),
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Mesh => out.write_str("mesh"),
            Entry::Gateway(name) => out.write_str(name),
        }
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The host, without a port.
    pub host: String,
    /// The port that the client connects to.
    pub port: u16,
    /// The path, without the query.
    pub path: String,
    /// The query parameters, in order and as sent.
    pub query: Vec<(String, String)>,
    /// The headers, in order; names are in lower case.
    pub headers: Vec<(String, String)>,
    /// The entry at which it meets its first router.
    pub via: Entry,
}

impl Request {
    /// A `GET /` for `host` through `via`, on port 80.
    pub fn get(host: &str, via: Entry) -> Request {
        Request {
            method: "GET".to_owned(),
            scheme: "http".to_owned(),
            host: host.to_ascii_lowercase(),
            port: 80,
            path: "/".to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            via,
        }
    }

    /// Reads a request in words over a `base`: `GET /cart?x=1 traffic:test host:shop`. The method and the path may be missing; a value
    /// with spaces is in quotes: `cookie:"a=1; b=2"`.
    ///
    /// # Errors
    /// The word that is none of method, path and `name:value`.
    pub fn parse(text: &str, base: Request) -> Result<Request, String> {
        let mut request = base;
        for word in words(text) {
            if let Some(target) = word.strip_prefix('/') {
                request.set_target(&format!("/{target}"));
            } else if let Some(rest) = word.strip_prefix("http://").or_else(|| word.strip_prefix("https://")) {
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                return Err(format!("`{word}` is a URL: write its path and its host as `/{path} host:{host}`"));
            } else if let Some((name, value)) = word.split_once(':').filter(|(name, _)| !name.is_empty()) {
                request.set_field(name, value)?;
            } else if is_method(&word) {
                request.method = word.to_ascii_uppercase();
            } else {
                let help = match word.split_once('=') {
                    Some((name, value)) if !name.starts_with('-') => format!("did you mean `{name}:{value}`?"),
                    None if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) => format!("did you mean `/{word}`?"),
                    _ => "write a request as `GET /path name:value`".to_owned(),
                };
                return Err(format!(
                    "`{word}` is not a method, a path that starts with `/`, or a header as `name:value`: {help}"
                ));
            }
        }
        Ok(request)
    }

    fn set_field(&mut self, name: &str, value: &str) -> Result<(), String> {
        if !name.eq_ignore_ascii_case("host") {
            self.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            return Ok(());
        }
        match value.rsplit_once(':') {
            Some((host, port)) => {
                self.port = port.parse().map_err(|_| format!("`{port}` is not a port"))?;
                self.host = host.to_ascii_lowercase();
            }
            None => self.host = value.to_ascii_lowercase(),
        }
        Ok(())
    }

    /// Sets the path and the query from `/path?query`.
    pub fn set_target(&mut self, target: &str) {
        let target = target.split('#').next().unwrap_or(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        self.path = path.to_owned();
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        self.query = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(owned).collect();
    }

    /// Returns the path with the query.
    pub fn target(&self) -> String {
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }

    /// Returns the value of a header; several values are joined by commas, as a router compares them.
    pub fn header(&self, name: &str) -> Option<String> {
        let named = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        let values: Vec<&str> = named.map(|(_, value)| value.as_str()).collect();
        if values.is_empty() { None } else { Some(values.join(",")) }
    }

    /// Returns the first value of a query parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Returns true for a method of HTTP in any case, and for any other word in capitals.
fn is_method(word: &str) -> bool {
    const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    METHODS.iter().any(|method| word.eq_ignore_ascii_case(method)) || word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// In the form that [`Request::parse`] reads, without the host.
impl fmt::Display for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.method, self.target())?;
        for (name, value) in &self.headers {
            if value.contains(char::is_whitespace) || value.is_empty() {
                write!(out, " {name}:\"{value}\"")?;
            } else {
                write!(out, " {name}:{value}")?;
            }
        }
        Ok(())
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The words of `text`: quotes keep spaces together, and are removed.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
