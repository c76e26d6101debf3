" Writes, for each file of g:inputs, its lines and below each what its parts are, to g:output.
" In: g:root, the folder of this plugin; g:inputs; g:output.
set nocompatible
let &runtimepath = g:root . ',' . &runtimepath
filetype plugin indent on
syntax on

let s:out = []
for s:path in g:inputs
  execute 'edit!' fnameescape(s:path)
  for s:number in range(1, line('$'))
    let s:line = getline(s:number)
    call add(s:out, s:line)
    let s:start = 1
    while s:start <= len(s:line)
      let s:group = synIDattr(synID(s:number, s:start, 1), 'name')
      let s:end = s:start
      while s:end < len(s:line) && synIDattr(synID(s:number, s:end + 1, 1), 'name') ==# s:group
        let s:end += 1
      endwhile
      let s:part = s:line[s:start - 1 : s:end - 1]
      if s:group !=# '' && s:part =~# '\S'
        call add(s:out, repeat(' ', s:start - 1) . repeat('^', s:end - s:start + 1) . ' ' . s:group)
      endif
      let s:start = s:end + 1
    endwhile
  endfor
endfor
call writefile(s:out, g:output)
quitall!
