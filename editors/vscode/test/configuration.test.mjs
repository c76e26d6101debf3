// The language's brackets and indentation, its snippets, and that the manifest names files that are there.

import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { extension, root } from './tokenise.mjs';

const json = async (name) => JSON.parse(await readFile(join(extension, name), 'utf8'));

test('the manifest names files that are there', async () => {
  const { contributes } = await json('package.json');
  const paths = [...contributes.grammars, ...contributes.snippets].map(({ path }) => path);
  for (const path of [...paths, ...contributes.languages.map(({ configuration }) => configuration)]) {
    await access(join(extension, path));
  }
});

/** The depth of each line as the editor indents it, or nothing inside of blocks and comments, which it leaves alone. */
function depths(text, { increaseIndentPattern, decreaseIndentPattern }) {
  const [deeper, back] = [new RegExp(increaseIndentPattern), new RegExp(decreaseIndentPattern)];
  let depth = 0;
  return text.split('\n').map((line) => {
    if (back.test(line)) depth -= 1;
    const here = depth;
    if (deeper.test(line)) depth += 1;
    return here;
  });
}

test('lines are indented as the examples and the library are', async () => {
  const { indentationRules } = await json('language-configuration.json');
  let compared = 0;
  for (const folder of ['examples', 'templates', 'stdlib']) {
    for (const name of (await readdir(join(root, folder))).filter((name) => name.endsWith('.rel'))) {
      const text = await readFile(join(root, folder, name), 'utf8');
      const lines = text.split('\n');
      // What goes on from the line before is indented by hand, and so are the lines that it opens.
      let byHand = { depth: 0, more: 0 };
      depths(text, indentationRules).forEach((depth, at) => {
        if (!lines[at].trim()) return;
        const indent = lines[at].search(/\S/);
        const goesOn = /^\s*(?:then|else|and|or|when|\?\?)\b/.test(lines[at]) || /^(?!\s*\/\/).*(?::|\bthen)\s*$/.test(lines[at - 1] ?? '');
        const isClosed = depth < byHand.depth || (depth === byHand.depth && !/^\s*[\]})>]/.test(lines[at]));
        const counts = byHand.depth !== depth || byHand.more === 0 || lines[at].endsWith('(');
        if (goesOn && counts) byHand = { depth, more: indent - 2 * depth };
        else if (!goesOn && isClosed) byHand = { depth: 0, more: 0 };
        if (goesOn) return;
        compared += 1;
        assert.equal(indent, 2 * depth + byHand.more, `${folder}/${name}:${at + 1}: ${lines[at]}`);
      });
    }
  }
  assert.ok(compared > 2000, `only ${compared} lines were compared`);
});

test('documentation goes on in the next line', async () => {
  const { onEnterRules } = await json('language-configuration.json');
  const [doc] = onEnterRules.map(({ beforeText }) => new RegExp(beforeText));
  assert.ok(doc.test('  /// What it is.'));
  assert.ok(!doc.test('  // no documentation'));
  assert.ok(!doc.test('  //// nor this'));
});

test('a word is what the language calls one', async () => {
  const { wordPattern } = await json('language-configuration.json');
  const words = 'blue-green a--b kserve v1.x 30% -1.5'.match(new RegExp(wordPattern, 'g'));
  assert.deepEqual(words, ['blue-green', 'a--b', 'kserve', 'v1', 'x', '30%', '-1.5']);
});
