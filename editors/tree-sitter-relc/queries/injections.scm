; Documentation is Markdown, and its examples are relc again, or YAML.
((doc_comment) @injection.content
  (#set! injection.language "markdown")
  (#offset! @injection.content 0 3 0 0)
  (#set! injection.combined))

((line_comment) @injection.content
  (#set! injection.language "comment"))

; Patterns, where the language says that a text is one.
(matching
  [(string) (block)] @injection.content
  (#set! injection.language "regex")
  (#set! injection.include-children)
  (#offset! @injection.content 0 1 0 -1))

((call
  function: (identifier) @_function
  arguments: (arguments . (_) . (string (string_content) @injection.content)))
  (#eq? @_function "matches")
  (#set! injection.language "regex"))

((test
  operator: "matches"
  value: (string (string_content) @injection.content))
  (#set! injection.language "regex"))
