-- Writes to g:output, as JSON, what Neovim makes of g:input: for each line its parts, each with its capture and its colour.
-- In: g:site, a folder with parser/relc.so and queries/relc/.
vim.opt.runtimepath:prepend(vim.g.site)
vim.o.termguicolors = true
vim.o.background = 'dark'
vim.cmd.edit(vim.g.input)
vim.treesitter.language.add('relc')
vim.treesitter.start(0, 'relc')
vim.treesitter.get_parser(0, 'relc'):parse(true)

local function colour(number)
  return number and ('#%06x'):format(number) or vim.NIL
end

-- The capture of the syntax that counts: the last one, as in the editor. Documentation is left to its comment.
local function capture(row, column)
  local found
  for _, one in ipairs(vim.treesitter.get_captures_at_pos(0, row, column)) do
    if one.lang == 'relc' and one.capture ~= 'spell' then found = one.capture end
  end
  return found
end

local lines = {}
for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
  local parts, last = {}, nil
  for column = 1, #line do
    local name = capture(row - 1, column - 1) or ''
    if name ~= last then
      local look = name == '' and {} or vim.api.nvim_get_hl(0, { name = '@' .. name .. '.relc', link = false })
      -- A capture without a colour of its own has that of the part before the last dot.
      local short = name
      while not look.fg and short:find('%.') do
        short = short:gsub('%.[^.]*$', '')
        look = vim.api.nvim_get_hl(0, { name = '@' .. short, link = false })
      end
      if name ~= '' and not look.fg then look = vim.api.nvim_get_hl(0, { name = '@' .. name, link = false }) end
      parts[#parts + 1] = { text = '', capture = name, fg = colour(look.fg), bold = look.bold or false, italic = look.italic or false }
      last = name
    end
    parts[#parts].text = parts[#parts].text .. line:sub(column, column)
  end
  lines[row] = parts
end

local normal = vim.api.nvim_get_hl(0, { name = 'Normal' })
local version = vim.version()
local result = {
  editor = ('Neovim %d.%d'):format(version.major, version.minor),
  foreground = colour(normal.fg),
  background = colour(normal.bg),
  lines = lines,
}
vim.fn.writefile({ vim.json.encode(result) }, vim.g.output)
vim.cmd('quitall!')
