; The names of captures are those of Neovim and Helix as far as they agree. Editors differ in which of two patterns they
; follow for one node, so no node has two.

; ---- Comments and texts

(line_comment) @comment
(block_comment) @comment
(doc_comment) @comment.documentation

(string) @string
(block) @string
(escape_sequence) @string.escape
(hole ["{" "}"] @punctuation.special)

; ---- Numbers and constants

[(number) (integer) (percentage) (range)] @number
(boolean) @boolean
(null) @constant.builtin

; ---- Words that begin something, each under its parent: elsewhere they are names of fields, labels and keys

(import ["import" "as"] @keyword.import)
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

(if_expression ["if" "then" "else"] @keyword.conditional)
(case_expression "case" @keyword.conditional)
(if_guard "if" @keyword.conditional)
(when "when" @keyword.conditional)
(lint_when "when" @keyword.conditional)
(for_guard ["for" "in"] @keyword.repeat)
(for_guard "if" @keyword.conditional)
(lint_for ["for" "in"] @keyword.repeat)
(lint_for "if" @keyword.conditional)
(fail_expression "fail" @keyword.exception)

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

(release name: (identifier) @module)
(release environment: (environment_name) @type)
(release strategy: (identifier) @constant)
(version_entry label: (label) @label)

(environment name: (environment_name) @type.definition)
(part name: (identifier) @type.definition)
(extended (environment_name) @type)
(extended (property_identifier) @type)
(strategy name: (identifier) @constant)
(lint name: (identifier) @function)
(watch name: (identifier) @constant)
(import library: (identifier) @module)
(import name: (identifier) @module)

(path_type (type_identifier) @type)
(typed_object (type_identifier) @type)
(builtin_type) @type.builtin
(member) @constant
(type_definition name: (type_identifier) @type.definition)
(path_type library: (identifier) @module)
(typed_object library: (identifier) @module)

(let name: (identifier) @variable)
(param name: (identifier) @variable.parameter)
(fragment name: (identifier) @function)
(parameter name: (identifier) @variable.parameter)
(named_argument name: (identifier) @variable.parameter)
(test name: (identifier) @variable.parameter)
(for_guard variable: (identifier) @variable.parameter)
(lint_for variable: (identifier) @variable.parameter)

(field name: (property_identifier) @property)
(field moved: (property_identifier) @property)
(record_field name: (property_identifier) @property)
(pair key: (property_identifier) @property)
(shorthand (identifier) @property)
(field_access field: (property_identifier) @property)
(path_type (property_identifier) @property)
(path (property_identifier) @property)
(hole (property_identifier) @property)
(hole_arguments (property_identifier) @property)

(call function: (identifier) @function.call)
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
