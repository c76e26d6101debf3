; Made by editors/helix/make.mjs.

; What a file declares is seen in all of it; parameters and loop variables in what they belong to.
(source_file) @local.scope
(fragment) @local.scope
(for_guard) @local.scope
(lint) @local.scope

(let name: (identifier) @local.definition.var)
(param name: (identifier) @local.definition.parameter)
(fragment name: (identifier) @local.definition.function)
(parameter name: (identifier) @local.definition.parameter)
(for_guard variable: (identifier) @local.definition.var)
(lint_for variable: (identifier) @local.definition.var)
(type_definition name: (type_identifier) @local.definition.type)
(import library: (identifier) @local.definition.import)
(import name: (identifier) @local.definition.import)

(identifier) @local.reference
(type_identifier) @local.reference
