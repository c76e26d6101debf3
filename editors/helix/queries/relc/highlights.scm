; Made by editors/helix/make.mjs.

; ---- Comments and texts

(line_comment) @comment
(block_comment) @comment
(doc_comment) @comment.block.documentation

(string) @string
(block) @string
(escape_sequence) @constant.character.escape
(hole ["{" "}"] @punctuation.special)

; ---- Numbers and constants

[(number) (integer) (percentage) (range)] @constant.numeric
(boolean) @constant.builtin.boolean
(null) @constant.builtin

; ---- Words that begin something, each under its parent: elsewhere they are names of fields, labels and keys

(import ["import" "as"] @keyword.control.import)
(release ["release" "on"] @keyword)
(param "param" @keyword)
(let ["open" "let"] @keyword)
(type_definition "type" @keyword)
(fragment ["open" "fragment"] @keyword)
(part "part" @keyword)
(environment "environment" @keyword)
(extends "extends" @keyword)
(settings "settings" @keyword)
(version "version" @keyword)
(strategy ["strategy" "weights" "extends" "super"] @keyword)
(field ["headline" "shared" "deprecated" "use" "at"] @keyword)
(emit ["emit" "untracked"] @keyword)
(track "track" @keyword)
(mutate "mutate" @keyword)
(apply ["apply" "to"] @keyword)
(require "require" @keyword)
(place "at" @keyword)
(watch "watch" @keyword)
(ready "ready" @keyword)
(replace "replace" @keyword)
(lint "lint" @keyword)
(lint_unique "unique" @keyword)
(lint_fix ["fix" "set" "remove" "unsafe"] @keyword)
(kind_type ["kind" "from"] @keyword)
(matching "matching" @keyword)
(length "length" @keyword)
(run_type "run" @keyword)

(if_expression ["if" "then" "else"] @keyword.control.conditional)
(case_expression "case" @keyword.control.conditional)
(if_guard "if" @keyword.control.conditional)
(when "when" @keyword.control.conditional)
(lint_when "when" @keyword.control.conditional)
(for_guard ["for" "in"] @keyword.control.repeat)
(for_guard "if" @keyword.control.conditional)
(lint_for ["for" "in"] @keyword.control.repeat)
(lint_for "if" @keyword.control.conditional)
(fail_expression "fail" @keyword.control.exception)

(binary_expression operator: ["and" "or" "in"] @keyword.operator)
(not_expression "not" @keyword.operator)
(when "or" @keyword.operator)
(clause "and" @keyword.operator)

(strategy weights: _ @constant)
(lint level: _ @constant)
(field place: "none" @constant.builtin)
(test subject: _ @keyword)
(test operator: _ @keyword.operator)

; ---- Names

(release name: (identifier) @namespace)
(release environment: (environment_name) @type)
(release strategy: (identifier) @constant)
(version_entry label: (label) @label)

(environment name: (environment_name) @type)
(part name: (identifier) @type)
(extended (environment_name) @type)
(extended (property_identifier) @type)
(strategy name: (identifier) @constant)
(lint name: (identifier) @function)
(watch name: (identifier) @constant)
(import library: (identifier) @namespace)
(import name: (identifier) @namespace)

(path_type (type_identifier) @type)
(typed_object (type_identifier) @type)
(builtin_type) @type.builtin
(member) @constant
(type_definition name: (type_identifier) @type)
(path_type library: (identifier) @namespace)
(typed_object library: (identifier) @namespace)

(let name: (identifier) @variable)
(param name: (identifier) @variable.parameter)
(fragment name: (identifier) @function)
(parameter name: (identifier) @variable.parameter)
(named_argument name: (identifier) @variable.parameter)
(test name: (identifier) @variable.parameter)
(for_guard variable: (identifier) @variable.parameter)
(lint_for variable: (identifier) @variable.parameter)

(field name: (property_identifier) @variable.other.member)
(field moved: (property_identifier) @variable.other.member)
(record_field name: (property_identifier) @variable.other.member)
(pair key: (property_identifier) @variable.other.member)
(shorthand (identifier) @variable.other.member)
(field_access field: (property_identifier) @variable.other.member)
(path_type (property_identifier) @variable.other.member)
(path (property_identifier) @variable.other.member)
(hole (property_identifier) @variable.other.member)
(hole_arguments (property_identifier) @variable.other.member)

(call function: (identifier) @function)
(file "file" @function.builtin)

; ---- What is between

["=" "==" "!=" "<=" ">=" "??" "|" "..." "?" "!"] @operator
(binary_expression operator: ["<" ">"] @operator)
(versions ["<" ">"] @punctuation.bracket)
(generic_type ["<" ">"] @punctuation.bracket)
["(" ")" "[" "]"] @punctuation.bracket
(object ["{" "}"] @punctuation.bracket)
(body ["{" "}"] @punctuation.bracket)
(lint_body ["{" "}"] @punctuation.bracket)
(arms ["{" "}"] @punctuation.bracket)
(record_type ["{" "}"] @punctuation.bracket)
(element) @punctuation.bracket
["," ":" "." "?." "?["] @punctuation.delimiter
