" relc: how text is typed and folded.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal expandtab shiftwidth=2 softtabstop=2
setlocal comments=:///,:// commentstring=//\ %s formatoptions-=t formatoptions+=croql
" A hyphen is of a word: `blue-green`.
setlocal iskeyword=@,48-57,_,-
setlocal matchpairs+=<:>
setlocal suffixesadd=.rel
" `import "common.rel" as common`
let &l:include = '^\s*import\s\+"'

let b:undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< comments< commentstring< formatoptions< iskeyword<'
      \ . ' matchpairs< suffixesadd< include<'
