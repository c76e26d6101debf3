; Patterns, where the language says that a text is one.
((matching (string (string_content) @injection.content))
  (#set! injection.language "regex"))

((test
  operator: "matches"
  value: (string (string_content) @injection.content))
  (#set! injection.language "regex"))

((line_comment) @injection.content
  (#set! injection.language "comment"))
