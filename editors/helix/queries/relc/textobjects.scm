(release) @class.around
(release versions: (_) @class.inside)
(environment) @class.around
(environment body: (_) @class.inside)
(part) @class.around
(part body: (_) @class.inside)

(fragment) @function.around
(fragment body: (_) @function.inside)
(lint) @function.around
(lint body: (_) @function.inside)

(parameter) @parameter.around
(named_argument) @parameter.around
(version_entry) @entry.around
(pair) @entry.around
(pair value: (_) @entry.inside)

[(line_comment) (block_comment) (doc_comment)] @comment.inside
(line_comment)+ @comment.around
(doc_comment)+ @comment.around
