//! The rules, one file each. The comment at the head of a file is the rule's documentation.

use super::Rule;

macro_rules! rules {
    ($($module:ident $(= $($validation:ident)::+)?),* $(,)?) => {
        $(rule!($module $(= $($validation)::+)?);)*

        /// Every rule that holds for all environments, sorted by name.
        pub const RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

/// A rule of a file of this folder, or of one of the compiler's validation.
macro_rules! rule {
    ($module:ident) => {
        mod $module;
    };
    ($module:ident = $($validation:ident)::+) => {
        mod $module {
            use relc_core::validate::$($validation)::+::{RULE as NAME, SOURCE};

            pub const RULE: crate::Rule = crate::Rule::validation(NAME, SOURCE);
        }
    };
}

// A macro, so that a rule is one file and one line.
rules! {
    broken_guarantee,
    broken_rule = custom::rule,
    conflicting_fields,
    conflicting_keys,
    cycle,
    dead_key,
    deprecated_key,
    duplicate_element = custom::elements,
    duplicate_key,
    duplicate_name,
    duplicate_object,
    duplicate_release,
    duplicate_version,
    duplicate_version_name,
    helm_template_in_values,
    invalid_companion = kube::companion,
    invalid_config_data = kube::config,
    invalid_container = kube::container,
    invalid_declaration,
    invalid_env = kube::env,
    invalid_expression,
    invalid_import,
    invalid_metadata = kube::metadata,
    invalid_mount = kube::mount,
    invalid_name,
    invalid_pod = kube::pod,
    invalid_probe = kube::probe,
    invalid_resources = kube::resources,
    invalid_route,
    invalid_scheduling = kube::scheduling,
    invalid_security_context = kube::security,
    invalid_selector = kube::selector,
    invalid_service = kube::service,
    invalid_set,
    invalid_string,
    invalid_volume = kube::volume,
    invalid_when,
    invalid_workload = kube::workload,
    lossy_replacement,
    maybe_absent,
    misplaced,
    missing_field,
    mixed_weights,
    name_too_long,
    nesting_too_deep,
    no_versions,
    numeric_string,
    out_of_range,
    overloaded_version,
    percent_sum,
    requirement,
    shadowed_match,
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
    unused_declaration,
    unused_suppression,
    version_named_as_application,
    weight_not_uint,
    weight_partial,
    weight_without_effect,
    weight_zero,
    weights_all_zero,
    weights_sum,
    when_without_effect,
    wrong_type,
    yaml_budget,
    yaml_syntax,
    yaml11_boolean,
}
