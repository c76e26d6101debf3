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
  (block)
  (block_comment)
] @fold

(doc_comment)+ @fold
