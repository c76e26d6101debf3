//! The keys of a values file that relc reads itself, whatever its environment declares.

use crate::value::Value;

/// The key that a release's settings and versions are below.
pub const APPLICATION: &str = "application";

/// The prefix of the path of a setting.
pub const SETTINGS: &str = "application.";

/// The path at which environments declare a release's namespace.
pub const NAMESPACE: &str = "application.metadata.namespace";

/// Declares the keys, one row each: variant, path, scope, presence, type of the value, documentation.
macro_rules! header_keys {
    ($($variant:ident $path:literal $scope:ident $presence:ident $value:ident $doc:literal,)*) => {
        /// A key that relc reads itself.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum HeaderKey {
            $(#[doc = $doc] $variant,)*
        }

        impl HeaderKey {
            const ALL: &'static [HeaderKey] = &[$(HeaderKey::$variant,)*];

            /// Returns the path from the top of the file, or from the version.
            pub fn path(self) -> &'static str {
                match self { $(HeaderKey::$variant => $path,)* }
            }

            fn scope(self) -> HeaderScope {
                match self { $(HeaderKey::$variant => HeaderScope::$scope,)* }
            }

            /// Returns true if every values file has it.
            pub fn is_required(self) -> bool {
                match self { $(HeaderKey::$variant => Presence::$presence == Presence::Required,)* }
            }

            /// Returns the type of its value.
            pub fn value_type(self) -> HeaderType {
                match self { $(HeaderKey::$variant => HeaderType::$value,)* }
            }

            /// Returns its documentation, which the schema of values files contains.
            pub fn doc(self) -> &'static str {
                match self { $(HeaderKey::$variant => $doc,)* }
            }
        }
    };
}

header_keys! {
    Environment "environment" Release Required Environment
        "The environment: the kind of the versions, and the way in which traffic reaches them.",
    Strategy "application.strategy" Release Optional Strategy
        "The way in which traffic is split among the versions.",
    Versions "application.versions" Release Required Versions
        "The versions. The first one is the primary, which gets the traffic that no other version gets.",
    Name "application.metadata.name" Release Optional String
        "The name of the release; overrides Helm's release name.",
    Weight "weight" Version Optional Weight
        "The weight of the version, a whole number. Most strategies read it relative to the weights of the other versions; those \
         that copy requests read it as a percentage of its own, and those that don't split traffic by weight ignore it.",
}

/// The scope of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderScope {
    /// The file.
    Release,
    /// Each version.
    Version,
}

/// The presence of a key in values files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Required,
    Optional,
}

/// The type of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderType {
    /// The name of an environment.
    Environment,
    /// The name of a strategy.
    Strategy,
    /// The list of versions.
    Versions,
    /// A string, or `null`.
    String,
    /// A weight, as the strategy reads it.
    Weight,
}

impl HeaderKey {
    /// Returns the keys of a scope.
    pub fn of(scope: HeaderScope) -> impl Iterator<Item = HeaderKey> + Clone {
        HeaderKey::ALL.iter().copied().filter(move |key| key.scope() == scope)
    }

    /// Returns the key whose path ends with the key `name`.
    pub fn named(name: &str) -> Option<HeaderKey> {
        HeaderKey::ALL.iter().copied().find(|key| key.key() == name)
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

/// Returns the keys after `path` that lead to some of `headers`, each once.
pub fn next_keys(headers: impl Iterator<Item = HeaderKey>, path: &[&str]) -> Vec<NextKey> {
    let mut next: Vec<NextKey> = Vec::new();
    for header in headers {
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
    next_keys(HeaderKey::of(HeaderScope::Release), &[]).into_iter().filter(|key| key.is_required).map(|key| key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_a_release_are_a_tree() {
        let names = |path: &[&str]| {
            next_keys(HeaderKey::of(HeaderScope::Release), path)
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
