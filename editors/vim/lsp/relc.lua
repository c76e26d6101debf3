-- The server, as `vim.lsp.enable('relc')` starts it (Neovim 0.11 or later).
return {
  cmd = { 'relc', 'lsp' },
  -- Values files of the Iter8 release chart get diagnostics, completion and hover, too.
  filetypes = { 'relc', 'yaml', 'yaml.helm-values' },
  root_markers = { 'relc.toml', '.git' },
}
