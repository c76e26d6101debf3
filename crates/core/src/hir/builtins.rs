//! The variables of the language and their fields, one row each: an enum's type rule and its evaluation match on it, so that a
//! row without one of them does not compile.

/// Declares an enum of words of the language: variant, word, documentation.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal $what:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = $what] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// Returns the one that is written `word`.
            pub fn of(word: &str) -> Option<$name> {
                match word {
                    $($word => Some($name::$variant),)*
                    _ => None,
                }
            }

            /// Returns the word.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }

            /// Returns its documentation.
            pub fn doc(self) -> &'static str {
                match self {
                    $($name::$variant => $what,)*
                }
            }

            /// Returns all words.
            pub fn words() -> impl Iterator<Item = &'static str> + Clone {
                Self::ALL.iter().map(|one| one.word())
            }
        }
    };
}

words! {
    /// A variable that every part has.
    Builtin {
        Release "release" "the release: `name`, `namespace`, `strategy`, `manifests`",
        Settings "settings" "the settings of the release",
        Versions "versions" "all versions, the primary first",
        Primary "primary" "the first version",
        Others "others" "all versions except the primary",
        Version "v" "the current version: its fields and lets, `index`, `label?`, `primary`, `weight`, `percent?`, `when?`, `objects`, `tracked`",
    }
}

words! {
    /// A field of `release`.
    ReleaseField {
        Features "features" "the features of the cluster that `relc.toml` lists",
        Manifests "manifests" "the manifests that `--manifests` adds to the run, if there are any",
        Name "name" "the name of the release",
        Namespace "namespace" "the namespace that the release is in",
        Objects "objects" "the objects that the environment emits: those of the versions, then those of the release",
        Strategy "strategy" "the name of its strategy",
        Values "values" "whether the release is written in values.yaml",
    }
}

words! {
    /// A field that every version has.
    VersionField {
        Index "index" "the position of the version; the primary's is 0",
        Label "label" "the label of the version, if it has one",
        Primary "primary" "whether the version is the first one",
        Weight "weight" "the weight that the release sets, or the default",
        When "when" "the requests that the version gets, if the release restricts them",
        Percent "percent" "the percentage of the traffic that the version gets, if its strategy splits traffic by weight",
        Objects "objects" "the objects that the version's statements emit",
        Tracked "tracked" "the objects that the version tracks",
    }
}
