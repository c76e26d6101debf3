//! The answer to a group of requests, by versions.

/// An answer to a group of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The destinations of requests.
    pub parts: Vec<Part>,
    /// The destinations of copies.
    pub copies: Vec<Part>,
}

/// A traffic share.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// From 0 to 1.
    pub share: f64,
    /// Its destination.
    pub to: Target,
}

/// The destination of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A version, by position, and whether it is ready.
    Version(usize, bool),
    /// A host that is no version's.
    Host(String),
    /// A router itself, with this status.
    Status(u16, String),
    /// Nobody knows, and why.
    Unknown(String),
}

impl Target {
    /// The target in a word or two.
    pub fn name(&self, versions: &[String]) -> String {
        match self {
            Target::Version(at, _) => versions.get(*at).cloned().unwrap_or_default(),
            Target::Host(host) => host.trim_end_matches(".svc.cluster.local").to_owned(),
            Target::Status(code, _) => code.to_string(),
            Target::Unknown(_) => "unknown".to_owned(),
        }
    }
}

impl Cell {
    /// The cell in words: `stable 30%, beta 70%; 20% copied to next`.
    pub fn text(&self, versions: &[String]) -> String {
        let name = |part: &Part| {
            let mark = if matches!(part.to, Target::Version(_, false)) { " (not ready)" } else { "" };
            format!("{}{mark}", part.to.name(versions))
        };
        let share = |part: &Part| match &self.parts[..] {
            [_] => name(part),
            _ => format!("{} {}", name(part), percent(part.share)),
        };
        let mut text = self.parts.iter().map(share).collect::<Vec<_>>().join(", ");
        for copy in &self.copies {
            text.push_str(&format!("; {} copied to {}", percent(copy.share), name(copy)));
        }
        text
    }

    /// Returns the traffic share, from 0 to 1, that a version answers, ready or not.
    pub fn share_of(&self, version: usize) -> f64 {
        let is_its = |part: &&Part| matches!(part.to, Target::Version(at, _) if at == version);
        self.parts.iter().filter(is_its).map(|part| part.share).sum()
    }

    /// Returns the share of requests, from 0 to 1, that are copied to a version.
    pub fn copied_to(&self, version: usize) -> f64 {
        let is_its = |part: &&Part| matches!(part.to, Target::Version(at, _) if at == version);
        self.copies.iter().filter(is_its).map(|part| part.share).sum()
    }

    /// Returns the traffic share, from 0 to 1, that a router answers with an error.
    pub fn errors(&self) -> f64 {
        let is_error = |part: &&Part| matches!(part.to, Target::Status(code, _) if code >= 400);
        self.parts.iter().filter(is_error).map(|part| part.share).sum()
    }

    /// Returns the traffic share, from 0 to 1, that no ready version answers: errors of routers, and versions that aren't ready.
    pub fn lost(&self) -> f64 {
        let is_unready = |part: &&Part| matches!(part.to, Target::Version(_, false));
        self.errors() + self.parts.iter().filter(is_unready).map(|part| part.share).sum::<f64>()
    }

    /// Returns true if a version answers some of the requests.
    pub fn has_version(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.to, Target::Version(..)))
    }
}

/// A share as a percentage with at most two decimals.
pub fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}%")
}
