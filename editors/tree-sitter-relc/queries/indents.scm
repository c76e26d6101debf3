; Brackets, as Neovim reads it.
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
] @indent.begin

; What goes on in the next line.
[
  (if_expression)
  (when)
] @indent.begin

["}" "]" ")"] @indent.branch
["}" "]" ")"] @indent.end
(versions ">" @indent.branch)
(versions ">" @indent.end)

[(block) (block_comment)] @indent.auto
