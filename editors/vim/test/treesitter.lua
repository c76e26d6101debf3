-- In Neovim, as docs/how-to/editors.md sets it up: the parser and its queries colour, fold and indent; the server is known.
-- In: g:root, the folder of this plugin; g:site, a folder with parser/relc.so and queries/relc/.

vim.opt.runtimepath:prepend({ vim.g.root, vim.g.site })
vim.cmd('filetype plugin indent on')

local function equal(what, found, expected)
  assert(vim.deep_equal(found, expected), what .. ': ' .. vim.inspect(found) .. ' is not ' .. vim.inspect(expected))
end

vim.cmd.edit(vim.fn.tempname() .. '.rel')
equal('the file type', vim.bo.filetype, 'relc')
vim.api.nvim_buf_set_lines(0, 0, -1, true, {
  '/// A *release*.',
  'release shop on deployment-istio canary {',
  '  port: 8080',
  '} <',
  '  stable "nginx:{tag}"',
  '  next "nginx" when path matches "/a+"',
  '>',
})
vim.treesitter.start(0, 'relc')
vim.treesitter.get_parser(0):parse(true)

local function captures(row, column)
  return vim.tbl_map(function(one) return one.lang .. ':' .. one.capture end, vim.treesitter.get_captures_at_pos(0, row, column))
end
equal('the word `release`', captures(1, 0), { 'relc:keyword' })
equal('the environment', captures(1, 16), { 'relc:type' })
equal('a key', captures(2, 2), { 'relc:property' })
equal('a label', captures(4, 2), { 'relc:label' })
equal('a hole', captures(4, 16), { 'relc:string', 'relc:punctuation.special' })
assert(vim.tbl_contains(captures(0, 0), 'relc:comment.documentation'), 'documentation is a comment')

local languages = vim.tbl_keys(vim.treesitter.get_parser(0):children())
table.sort(languages)
-- The patterns are of `regex` and comments of `comment` where those parsers are installed; Neovim itself has this one.
assert(vim.tbl_contains(languages, 'markdown'), 'documentation is Markdown')

vim.wo.foldmethod = 'expr'
vim.wo.foldexpr = 'v:lua.vim.treesitter.foldexpr()'
vim.cmd('normal! zx')
equal('the folds', vim.tbl_map(vim.fn.foldlevel, { 1, 2, 3, 4, 5, 7 }), { 0, 1, 1, 1, 1, 1 })

-- Tree-sitter switches syntax groups off, which indentation otherwise reads.
local before = vim.api.nvim_buf_get_lines(0, 0, -1, true)
vim.cmd('silent %left | silent normal! gg=G')
equal('the indentation', vim.api.nvim_buf_get_lines(0, 0, -1, true), before)

local server = vim.lsp.config.relc
equal('the server', server.cmd, { 'relc', 'lsp' })
vim.cmd('quitall!')
