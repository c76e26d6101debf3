" Indents each file of g:inputs anew, and writes to g:output which lines moved.
set nocompatible
let &runtimepath = g:root . ',' . &runtimepath
filetype plugin indent on
syntax on

let s:out = []
for s:path in g:inputs
  execute 'edit!' fnameescape(s:path)
  let s:before = getline(1, '$')
  silent normal! gg=G
  for s:at in range(len(s:before))
    if getline(s:at + 1) !=# s:before[s:at]
      call add(s:out, s:path . ':' . (s:at + 1) . ': ' . s:before[s:at] . ' -> ' . getline(s:at + 1))
    endif
  endfor
  call add(s:out, 'read ' . len(s:before) . ' lines')
endfor
call writefile(s:out, g:output)
quitall!
