-- Drives `relc lsp` through headless Neovim: open, break, see the finding, apply the fix, complete, hover, go to the definition,
-- rename, also in a file that is not open, format, and read a values file. The first argument is the program.
local relc = arg[1]
local folder = vim.fn.tempname()
vim.fn.mkdir(folder, 'p')
local path = folder .. '/shop.rel'

local function check(holds, what)
  if not holds then
    io.stderr:write('server: ' .. what .. '\n')
    vim.cmd('cquit 1')
  end
end

-- Waits until `test` gives something.
local function wait(what, test)
  local found
  local done = vim.wait(20000, function()
    found = test()
    return found
  end, 20)
  check(done, 'no ' .. what)
  return found
end

local text = {
  'let tag = "1"',
  'release shop on deployment-istio blue-green <',
  '  v1 30% "x:{tag}" { port: 80 }',
  '  v2   "x:2" { port: 80 }',
  '>',
}
vim.fn.writefile(text, path)
vim.lsp.config('relc', dofile('editors/vim/lsp/relc.lua'))
vim.lsp.config('relc', { cmd = { relc, 'lsp' } })
vim.lsp.enable('relc')
vim.filetype.add({ extension = { rel = 'relc' } })
vim.cmd.edit(path)
vim.bo.filetype = 'relc'
local buffer = vim.api.nvim_get_current_buf()
local client = wait('client', function()
  return vim.lsp.get_clients({ bufnr = buffer })[1]
end)

local function lines()
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

-- What is found under a rule's name.
local function finding(name)
  return function()
    for _, found in ipairs(vim.diagnostic.get(buffer)) do
      if found.code == name then
        return found
      end
    end
  end
end

local function request(method, line, column, more)
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = line, character = column } }
  local told = client:request_sync(method, vim.tbl_extend('force', params, more or {}), 20000, buffer)
  check(told and not told.err, method .. ' fails: ' .. vim.inspect(told and told.err))
  return told.result
end

-- Break it, see the finding, and apply its fix.
vim.api.nvim_buf_set_text(buffer, 2, 21, 2, 25, { 'prot' })
check(lines()[3]:find('prot: 80', 1, true), 'the text is another than the test expects')
local found = wait('finding', finding('unknown-key'))
check(found.lnum == 2 and found.col == 21, 'the finding is elsewhere: ' .. vim.inspect(found))
local range = { start = { line = 2, character = 21 }, ['end'] = { line = 2, character = 25 } }
local actions = client:request_sync('textDocument/codeAction', {
  textDocument = { uri = vim.uri_from_bufnr(buffer) },
  range = range,
  context = { diagnostics = {} },
}, 20000, buffer).result
check(actions and actions[1], 'no fix is offered')
vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
check(lines()[3]:find('port: 80', 1, true), 'the fix changes something else')
wait('end of the finding', function()
  return not finding('unknown-key')()
end)

-- Complete an environment.
local items = request('textDocument/completion', 1, 20)
local labels = vim.tbl_map(function(item)
  return item.label
end, items.items or items)
check(vim.tbl_contains(labels, 'knative-istio'), 'an environment is not offered: ' .. vim.inspect(labels))

-- What a field is, and where it is declared.
local hover = request('textDocument/hover', 2, 23)
check(hover and hover.contents.value:find('**port**', 1, true), 'a field is not explained')
local place = request('textDocument/definition', 2, 23)
check(place and place.uri:find('/kube.rel', 1, true), 'a field leads nowhere')
check(vim.fn.filereadable(vim.uri_to_fname(place.uri)) == 1, 'the file of the declaration is not there')

-- Where it is used, what colours it, and what else the file declares.
local places = request('textDocument/references', 0, 5, { context = { includeDeclaration = true } })
check(places and #places == 2, 'a let has other places: ' .. vim.inspect(places))
local tokens = request('textDocument/semanticTokens/full', 0, 0)
check(tokens and #tokens.data >= 5 * 6, 'words are not told by their meaning: ' .. vim.inspect(tokens))
local symbols = request('workspace/symbol', 0, 0, { query = 'shop' })
check(symbols and symbols[1] and symbols[1].name == 'shop', 'the folder has no release: ' .. vim.inspect(symbols))

-- Rename a let: at its declaration, and in the text that names it.
local edit = request('textDocument/rename', 0, 5, { newName = 'version-tag' })
vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
check(lines()[1] == 'let version-tag = "1"' and lines()[3]:find('{version-tag}', 1, true), 'a place is not renamed')

-- Lay it out.
vim.lsp.buf.format({ bufnr = buffer, timeout_ms = 20000 })
check(lines()[4] == '  v2 "x:2" { port: 80 }', 'the layout is another: ' .. lines()[4])

-- Opens a file of the folder in place of the one before, and waits for the server.
local function open(name, filetype)
  vim.cmd('edit! ' .. folder .. '/' .. name)
  vim.bo.filetype = filetype
  buffer = vim.api.nvim_get_current_buf()
  wait('client of ' .. name, function()
    return vim.lsp.get_clients({ bufnr = buffer })[1]
  end)
end

-- Rename in a file that is not open.
vim.fn.writefile({ 'let image = "nginx:1.27"' }, folder .. '/common.rel')
vim.fn.writefile({ 'import "common.rel" as common', 'release web on deployment { names: labels } <', '  v1 common.image', '>' }, folder .. '/main.rel')
open('main.rel', 'relc')
local everywhere = request('textDocument/rename', 2, 14, { newName = 'picture' })
vim.lsp.util.apply_workspace_edit(everywhere, client.offset_encoding)
check(lines()[3] == '  v1 common.picture', 'the use is not renamed: ' .. lines()[3])
local common = vim.fn.bufadd(folder .. '/common.rel')
vim.fn.bufload(common)
local declared = vim.api.nvim_buf_get_lines(common, 0, 1, false)[1]
check(declared == 'let picture = "nginx:1.27"', 'the declaration is not renamed: ' .. declared)

-- A values file.
vim.fn.writefile({ 'environment: deployment-istio', 'application:', '  metadata: { name: shop }', '  strategy: blue-gren', '  versions:',
  '  - image: nginx:1.27', '    ' }, folder .. '/values.yaml')
open('values.yaml', 'yaml')
local strategy = wait('finding in the values', finding('unknown-strategy'))
check(strategy.lnum == 3, 'the finding is elsewhere: ' .. vim.inspect(strategy))
local keys = request('textDocument/completion', 6, 4)
local offered = vim.tbl_map(function(item)
  return item.label
end, keys.items or keys)
check(vim.tbl_contains(offered, 'weight'), 'a key is not offered: ' .. vim.inspect(offered))

client:stop()
check(
  vim.wait(20000, function()
    return client:is_stopped()
  end, 20),
  'the server does not stop'
)
print('the server does what an editor asks')
vim.cmd('qall!')
