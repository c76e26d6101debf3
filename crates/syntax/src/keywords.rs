//! The keywords that begin declarations, statements and types, for messages and completion. The grammar has them, too: a test
//! compares the two, and the editors' grammars.

/// The words that begin a declaration, each with its documentation.
pub const DECLARATIONS: [(&str, &str); 9] = [
    ("release", "versions of a service or a model on an environment"),
    ("let", "a value by a name"),
    ("param", "a value that `--set` sets"),
    ("import", "the declarations of libraries and other files"),
    ("type", "a type by a name"),
    ("fragment", "a value with parameters"),
    ("part", "fields, objects and rules that environments have in common"),
    ("environment", "fields, objects and rules of releases"),
    ("apply", "a part for every environment whose name matches"),
];

/// The words that begin a statement of a part, an environment or a strategy.
pub const STATEMENTS: [&str; 16] = [
    "settings",
    "version",
    "strategy",
    "let",
    "open",
    "fragment",
    "emit",
    "track",
    "mutate",
    "require",
    "lint",
    "watch",
    "replace",
    "headline",
    "shared",
    "deprecated",
];

/// The words of types.
pub const TYPES: [&str; 6] = ["any", "bool", "int", "number", "string", "kind"];

/// The words that are no names.
pub const RESERVED: [&str; 14] =
    ["if", "then", "else", "for", "in", "case", "and", "or", "not", "true", "false", "null", "fail", "when"];
