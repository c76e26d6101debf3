//! The rules, one file each. The comment at the head of a file is the rule's documentation.

use super::Rule;

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every rule that holds for all environments, sorted by name.
        pub const RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

// A macro, so that a rule is one file and one line.
rules! {
    dead_key,
    unknown_key,
    weight_without_effect,
    weight_zero,
}
