//! The rules, one file each. The comment at the head of a file is the rule's documentation.

use super::Rule;

macro_rules! rules {
    ($($module:ident $(= $validation:ident)?),* $(,)?) => {
        $(rule!($module $(= $validation)?);)*

        /// Every rule that holds for all environments, sorted by name.
        pub const RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

/// A rule of a file of this folder, or of one of the compiler's validation.
macro_rules! rule {
    ($module:ident) => {
        mod $module;
    };
    ($module:ident = $validation:ident) => {
        mod $module {
            use relc_core::validate::kube::$validation::{RULE as NAME, SOURCE};

            pub const RULE: crate::Rule = crate::Rule::validation(NAME, SOURCE);
        }
    };
}

// A macro, so that a rule is one file and one line.
rules! {
    conflicting_fields,
    conflicting_keys,
    cycle,
    dead_key,
    deprecated_key,
    duplicate_key,
    duplicate_name,
    duplicate_object,
    duplicate_release,
    duplicate_version,
    duplicate_version_name,
    helm_template_in_values,
    invalid_companion = companion,
    invalid_config_data = config,
    invalid_container = container,
    invalid_declaration,
    invalid_env = env,
    invalid_expression,
    invalid_import,
    invalid_metadata = metadata,
    invalid_mount = mount,
    invalid_name,
    invalid_pod = pod,
    invalid_probe = probe,
    invalid_resources = resources,
    invalid_route,
    invalid_scheduling = scheduling,
    invalid_security_context = security,
    invalid_selector = selector,
    invalid_service = service,
    invalid_set,
    invalid_string,
    invalid_volume = volume,
    invalid_when,
    invalid_workload = workload,
    maybe_absent,
    misplaced,
    missing_field,
    mixed_weights,
    name_too_long,
    nesting_too_deep,
    no_versions,
    numeric_string,
    out_of_range,
    percent_sum,
    requirement,
    suppression_without_reason,
    syntax,
    too_many_errors,
    unknown_environment,
    unknown_key,
    unknown_name,
    unknown_rule,
    unknown_strategy,
    unnamed_release,
    unreadable_file,
    unreadable_text,
    unsupported_strategy,
    unused_suppression,
    version_named_as_application,
    weight_not_uint,
    weight_partial,
    weight_without_effect,
    weight_zero,
    weights_all_zero,
    weights_sum,
    wrong_type,
    yaml_budget,
    yaml_syntax,
    yaml11_boolean,
}
