//! The keys of a values file that relc reads itself, whatever its environment declares.

use crate::value::Value;

/// The key that a release's settings and versions are below.
pub const APPLICATION: &str = "application";

/// The prefix of the path of a setting.
pub const SETTINGS: &str = "application.";

/// The path at which environments declare a release's namespace.
pub const NAMESPACE: &str = "application.metadata.namespace";

/// A key that relc reads itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderKey {
    /// The environment's name.
    Environment,
    /// The strategy's name.
    Strategy,
    /// The list of versions.
    Versions,
    /// The release's name.
    Name,
    /// A version's weight.
    Weight,
}

impl HeaderKey {
    /// The keys of a release.
    pub const OF_RELEASE: [HeaderKey; 4] =
        [HeaderKey::Environment, HeaderKey::Strategy, HeaderKey::Versions, HeaderKey::Name];

    /// The keys of each version.
    pub const OF_VERSION: [HeaderKey; 1] = [HeaderKey::Weight];

    /// The path from the top of the file, or from the version.
    pub fn path(self) -> &'static str {
        match self {
            HeaderKey::Environment => "environment",
            HeaderKey::Strategy => "application.strategy",
            HeaderKey::Versions => "application.versions",
            HeaderKey::Name => "application.metadata.name",
            HeaderKey::Weight => "weight",
        }
    }

    /// Returns true if every values file has it.
    pub fn is_required(self) -> bool {
        match self {
            HeaderKey::Environment | HeaderKey::Versions => true,
            HeaderKey::Strategy | HeaderKey::Name | HeaderKey::Weight => false,
        }
    }

    /// Returns its documentation, which the schema of values files contains.
    pub fn doc(self) -> &'static str {
        match self {
            HeaderKey::Environment => "What the release's versions are, and how requests reach them.",
            HeaderKey::Strategy => "How requests are divided among the versions.",
            HeaderKey::Versions => "The versions. The first one is the primary, which gets what no other one does.",
            HeaderKey::Name => "The name of the release; overrides Helm's release name.",
            HeaderKey::Weight => {
                "The version's share of the requests, a whole number. By most strategies it is relative to the weights of the \
                 others; by those that copy requests it is a percentage for itself. Those that do not divide requests by weight \
                 do not read it."
            }
        }
    }

    /// The keys that lead to it.
    pub fn keys(self) -> impl Iterator<Item = &'static str> + Clone {
        self.path().split('.')
    }

    /// The last key of its path.
    pub fn key(self) -> &'static str {
        self.path().rsplit('.').next().unwrap_or_default()
    }

    /// Returns its value in a values file, or in a version.
    pub fn value(self, values: &Value) -> Option<&Value> {
        value_at(values, self.path())
    }
}

/// Returns the value at a path of keys.
pub fn value_at<'v>(values: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(values, |value, key| value.get(key))
}

/// A key on the way to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextKey {
    /// The key.
    pub name: &'static str,
    /// True if every values file has it.
    pub is_required: bool,
    /// The key of the header that ends here; `None` if more keys follow.
    pub header: Option<HeaderKey>,
}

/// Returns the keys that lead on from `path` to some of `headers`, each once.
pub fn next_keys(headers: &[HeaderKey], path: &[&str]) -> Vec<NextKey> {
    let mut next: Vec<NextKey> = Vec::new();
    for header in headers.iter().copied() {
        let mut keys = header.keys();
        if !path.iter().all(|key| keys.next() == Some(key)) {
            continue;
        }
        let Some(name) = keys.next() else { continue };
        let header_here = keys.next().is_none().then_some(header);
        match next.iter_mut().find(|known| known.name == name) {
            Some(known) => known.is_required |= header.is_required(),
            None => next.push(NextKey { name, is_required: header.is_required(), header: header_here }),
        }
    }
    next
}

/// The keys below `application` that only the values of a release have.
pub const MARKS: [HeaderKey; 2] = [HeaderKey::Versions, HeaderKey::Strategy];

/// Returns the keys at the top of every values file.
pub fn top_keys() -> impl Iterator<Item = &'static str> {
    next_keys(&HeaderKey::OF_RELEASE, &[]).into_iter().filter(|key| key.is_required).map(|key| key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_a_release_are_a_tree() {
        let names = |path: &[&str]| {
            next_keys(&HeaderKey::OF_RELEASE, path)
                .into_iter()
                .map(|key| (key.name, key.is_required))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&[]), [("environment", true), (APPLICATION, true)]);
        assert_eq!(names(&[APPLICATION]), [("strategy", false), ("versions", true), ("metadata", false)]);
        assert_eq!(names(&[APPLICATION, "metadata"]), [("name", false)]);
        assert_eq!(names(&["environment"]), []);
        assert_eq!(SETTINGS.strip_suffix('.'), Some(APPLICATION));
        assert_eq!(top_keys().collect::<Vec<_>>(), ["environment", APPLICATION]);
    }
}
