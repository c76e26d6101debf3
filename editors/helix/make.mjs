// Makes the queries of Helix of those of tree-sitter-relc: the same patterns, by the names that Helix's themes know.
//
// `--check` compares and writes nothing.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const from = join(here, '../tree-sitter-relc/queries');
const to = join(here, 'queries/relc');

const NAMES = {
  'boolean': 'constant.builtin.boolean',
  'comment.documentation': 'comment.block.documentation',
  'function.call': 'function',
  'keyword.conditional': 'keyword.control.conditional',
  'keyword.exception': 'keyword.control.exception',
  'keyword.import': 'keyword.control.import',
  'keyword.repeat': 'keyword.control.repeat',
  'module': 'namespace',
  'number': 'constant.numeric',
  'property': 'variable.other.member',
  'string.escape': 'constant.character.escape',
  'type.definition': 'type',
};

const made = {
  // The comment at the head tells of other editors.
  'highlights.scm': (text) => text.replace(/^(?:;.*\n)+\n/, '').replace(/@([\w.]+)/g, (_, name) => `@${NAMES[name] ?? name}`),
  'locals.scm': (text) => text,
  // Brackets are all that Helix indents by.
  'indents.scm': (text) => {
    const brackets = /\[\n([^\]]*)\] @indent\.begin/.exec(text)[1];
    return `[\n${brackets}] @indent\n\n["}" "]" ")"] @outdent\n(versions ">" @outdent)\n`;
  },
};

const head = '; Made by editors/helix/make.mjs.\n\n';
const stale = Object.entries(made).filter(([name, make]) => {
  const now = head + make(readFileSync(join(from, name), 'utf8'));
  if (!process.argv.includes('--check')) writeFileSync(join(to, name), now);
  return readFileSync(join(to, name), 'utf8') !== now;
});
for (const [name] of stale) console.log(`editors/helix/queries/relc/${name} is old: run node editors/helix/make.mjs`);
process.exitCode = stale.length ? 1 : 0;
