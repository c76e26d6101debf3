// Draws sample.rel as each editor shows it: docs/pictures/EDITOR.svg.
//
// In: what the editors' own engines make of it, with the editors' own themes. VS Code: its TextMate engine and its theme `Dark+`.
// Vim and Neovim: the editors themselves, with their default colours. Helix and Zed: what Neovim makes of the tree-sitter grammar, in
// the colours of their default themes (helix.json, zed.json). `--check` compares and draws nothing.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { registry } from '../vscode/test/tokenise.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const sample = join(here, 'sample.rel');
const require = createRequire(join(root, 'editors/vscode/package.json'));
const check = process.argv.includes('--check');

const scratch = mkdtempSync(join(tmpdir(), 'pictures-'));
process.on('exit', () => rmSync(scratch, { recursive: true }));

async function vscode() {
  const { INITIAL } = require('vscode-textmate');
  const { default: theme } = await import(require.resolve('tm-themes/themes/dark-plus.json'), { with: { type: 'json' } });
  const { colors } = theme;
  const settings = [{ settings: { foreground: colors['editor.foreground'], background: colors['editor.background'] } }];
  const editor = await registry({ theme: { name: theme.name, settings: [...settings, ...theme.tokenColors] } });
  const grammar = await editor.loadGrammar('source.relc');
  const palette = editor.getColorMap();
  let state = INITIAL;
  const lines = readFileSync(sample, 'utf8').trimEnd().split('\n').map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine2(line, state);
    state = ruleStack;
    const parts = [];
    for (let at = 0; at < tokens.length; at += 2) {
      // The library packs a token's look into bits: 11 to 14 are its style, 15 to 23 its colour.
      const [start, look, end] = [tokens[at], tokens[at + 1], tokens[at + 2] ?? line.length];
      const style = (look >>> 11) & 15;
      parts.push({ text: line.slice(start, end), fg: palette[(look >>> 15) & 511], italic: Boolean(style & 1), bold: Boolean(style & 2) });
    }
    return parts;
  });
  return { editor: 'VS Code', foreground: colors['editor.foreground'], background: colors['editor.background'], lines };
}

/** What a script of one of the two editors wrote. */
function spoken(program, args) {
  const output = join(scratch, 'lines.json');
  rmSync(output, { force: true });
  const set = ['--cmd', `let g:input='${sample}'`, '--cmd', `let g:output='${output}'`];
  execFileSync(program, [...set, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(output, 'utf8'));
}

function vim() {
  if (spawnSync('vim', ['--version']).error) return null;
  const args = ['-es', '-u', 'NONE', '-i', 'NONE', '-n', '--cmd', `let g:root='${join(root, 'editors/vim')}'`];
  return spoken('vim', [...args, '-S', join(here, 'segments.vim')]);
}

function neovim() {
  const found = spawnSync(join(root, 'editors/neovim.sh'), { encoding: 'utf8' });
  if (found.status !== 0) return null;
  const grammar = join(root, 'editors/tree-sitter-relc');
  const site = join(scratch, 'site');
  mkdirSync(join(site, 'parser'), { recursive: true });
  cpSync(join(grammar, 'queries'), join(site, 'queries/relc'), { recursive: true });
  const sources = ['parser.c', 'scanner.c'].map((name) => join(grammar, 'src', name));
  const flags = ['-O1', '-shared', '-fPIC', '-I', join(grammar, 'src')];
  execFileSync(process.env.CC ?? 'cc', [...flags, ...sources, '-o', join(site, 'parser/relc.so')]);
  const args = ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '--cmd', `let g:site='${site}'`];
  return spoken(found.stdout.trim(), [...args, `+luafile ${join(here, 'segments.lua')}`]);
}

/** The lines of tree-sitter in the colours of a theme; a capture without one has that of the part before its last dot. */
function themed(lines, name) {
  const theme = JSON.parse(readFileSync(join(here, `${name}.json`), 'utf8'));
  const colour = (capture) => {
    for (let name = capture; name; name = name.split('.').slice(0, -1).join('.')) {
      if (theme.captures[name]) return theme.captures[name];
    }
    return null;
  };
  return { ...theme, lines: lines.map((parts) => parts.map(({ text, capture }) => ({ text, fg: colour(capture) }))) };
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function svg({ editor, foreground, background, lines }) {
  const [width, height, margin] = [8.4, 20, 16];
  const columns = Math.max(...lines.map((parts) => parts.reduce((sum, { text }) => sum + text.length, 0)));
  const part = ({ text, fg, bold, italic }) => {
    const look = [fg && fg.toLowerCase() !== foreground.toLowerCase() && `fill="${fg}"`, bold && 'font-weight="bold"', italic && 'font-style="italic"'].filter(Boolean);
    return look.length ? `<tspan ${look.join(' ')}>${escaped(text)}</tspan>` : escaped(text);
  };
  const rows = lines.map((parts, at) => `<text x="${margin}" y="${margin + 14 + at * height}">${parts.map(part).join('')}</text>`);
  const size = `${Math.ceil(columns * width + 2 * margin)} ${lines.length * height + 2 * margin}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve">`,
    `<title>A release file in ${editor}</title>`,
    `<rect width="100%" height="100%" rx="6" fill="${background}"/>`,
    `<g fill="${foreground}">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** What a picture says that it is of. */
const titled = (picture) => /<title>(.*)<\/title>/.exec(picture)?.[1];

/** Compares or writes a picture; says whether it is as it should be. */
function picture(name, shown) {
  const path = join(root, 'docs/pictures', `${name}.svg`);
  const now = svg(shown);
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, now);
    return true;
  }
  const kept = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (kept && titled(kept) !== titled(now)) {
    console.log(`skipped: docs/pictures/${name}.svg shows "${titled(kept)}", and here is ${shown.editor}`);
    return true;
  }
  if (kept !== now) console.log(`docs/pictures/${name}.svg is not what ${shown.editor} shows: run node editors/pictures/draw.mjs`);
  return kept === now;
}

const parsed = neovim();
const pictures = {
  vscode: await vscode(),
  vim: vim(),
  neovim: parsed,
  helix: parsed && themed(parsed.lines, 'helix'),
  zed: parsed && themed(parsed.lines, 'zed'),
};
for (const [name, shown] of Object.entries(pictures)) {
  if (!shown) console.log(`skipped: docs/pictures/${name}.svg, as the editor that it takes is not here`);
  else if (!picture(name, shown)) process.exitCode = 1;
}
