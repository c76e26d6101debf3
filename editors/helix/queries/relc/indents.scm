; Made by editors/helix/make.mjs.

[
  (versions)
  (body)
  (lint_body)
  (object)
  (list)
  (arms)
  (arguments)
  (parameters)
  (record_type)
  (parenthesized)
] @indent

["}" "]" ")"] @outdent
(versions ">" @outdent)
