" relc: indentation. A line is one step deeper than the line whose bracket it stands in; one that goes on, one step more.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal autoindent indentexpr=RelcIndent(v:lnum) indentkeys=0{,0},0),0],0>,!^F,o,O,e,=then,=and,=or,=when,=??
let b:undo_indent = 'setlocal autoindent< indentexpr< indentkeys<'

if exists('*RelcIndent')
  finish
endif

" A line that goes on with the one before, if no colon makes a key of its word.
let s:goes_on = '^\s*\%(\%(then\|else\|and\|or\)\>\%(\s*:\)\@!\|??\)'

" The syntax group at a place. Tree-sitter's highlighting in Neovim switches syntax groups off: brackets are then recognized by the text
" around them.
function! s:Group(line, column) abort
  if &syntax ==# ''
    let l:text = getline(a:line)
    let l:angle = a:column == match(l:text, '<\s*\%(//.*\)\?$') + 1 || l:text =~# '^\s*>' && a:column == match(l:text, '>') + 1
    return l:angle ? 'relcAngle' : ''
  endif
  return synIDattr(synID(a:line, a:column, 0), 'name')
endfunction

" Whether what stands at the cursor is no bracket: of a text, of a comment, or a comparison.
function! s:Skip() abort
  let l:group = s:Group(line('.'), col('.'))
  if l:group =~# '^relc\%(String\|Comment\|Doc\|Escape\|Hole\|Between\)$'
    return 1
  endif
  return getline('.')[col('.') - 1] =~# '[<>]' && l:group !=# 'relcAngle'
endfunction

" The line, or that below a comment which it belongs to.
function! s:Code(lnum) abort
  let l:at = a:lnum
  while getline(l:at) =~# '^\s*//' && l:at < line('$')
    let l:at = nextnonblank(l:at + 1)
  endwhile
  return getline(l:at)
endfunction

function! RelcIndent(lnum) abort
  let l:line = getline(a:lnum)
  " The lines of a text or a comment stay where they are.
  if l:line !~# '^\s*\%(//\|/\*\)' && s:Group(a:lnum, 1) =~# '^relc\%(String\|Comment\|Hole\|Escape\)$'
    return -1
  endif
  " Most lines are documentation, or under one: those need no look at brackets.
  let l:above = getline(a:lnum - 1)
  if l:above =~# '^\s*//' && l:line !~# '^\s*[])}>]' && l:line !~# s:goes_on . '\|^\s*when\>'
    return indent(a:lnum - 1)
  endif
  call cursor(a:lnum, 1)
  let l:open = searchpair('[[({<]', '', '[])}>]', 'bnW', 's:Skip()', max([1, a:lnum - 2000]))
  if l:open == 0
    let l:indent = 0
  else
    let l:indent = indent(l:open) + (l:line =~# '^\s*[])}>]' ? 0 : shiftwidth())
  endif
  " Behind an operator, and behind what a value is missing to.
  if l:line !~# s:goes_on && l:above =~# '\%(|\|[^<>!=]=\|??\|:\|\<\%(and\|or\|then\|else\)\)\s*$'
    let l:indent += shiftwidth()
  endif
  " Among versions `when` goes on with the one before; in a lint it is a line of its own.
  let l:code = s:Code(a:lnum)
  if l:code =~# s:goes_on || l:code =~# '^\s*when\>' && l:open > 0 && s:Versions(l:open)
    let l:indent += shiftwidth()
  endif
  return l:indent
endfunction

" Whether the innermost bracket that is open in the line holds versions.
function! s:Versions(open) abort
  let l:last = match(getline(a:open), '<\s*\%(//.*\)\?$')
  return l:last >= 0 && s:Group(a:open, l:last + 1) ==# 'relcAngle'
endfunction
