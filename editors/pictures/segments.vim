" Writes to g:output, as JSON, what Vim makes of g:input: for each line its parts, each with its colour.
" In: g:root, the folder of the plugin.
set nocompatible
let &runtimepath = g:root . ',' . &runtimepath
set termguicolors background=light
filetype plugin indent on
syntax on
colorscheme default
execute 'edit' fnameescape(g:input)

let s:lines = []
for s:number in range(1, line('$'))
  let s:line = getline(s:number)
  let s:parts = []
  let s:last = -1
  for s:column in range(1, len(s:line))
    let s:id = synIDtrans(synID(s:number, s:column, 1))
    if s:id != s:last
      let s:fg = synIDattr(s:id, 'fg', 'gui')
      call add(s:parts, #{text: '', fg: s:fg ==# '' ? v:null : s:fg, bold: synIDattr(s:id, 'bold', 'gui') ==# '1' ? v:true : v:false})
      let s:last = s:id
    endif
    let s:parts[-1].text .= s:line[s:column - 1]
  endfor
  call add(s:lines, s:parts)
endfor
let s:editor = 'Vim ' . v:version / 100 . '.' . v:version % 100
call writefile([json_encode(#{editor: s:editor, foreground: '#000000', background: '#ffffff', lines: s:lines})], g:output)
quitall!
