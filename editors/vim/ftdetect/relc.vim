autocmd BufRead,BufNewFile *.rel setfiletype relc
