// What the grammar makes of each construct, and that it knows every text of the project.
//
// `npm run bless` writes the expected scopes of test/cases/ anew.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';

import { extension, registry, root, tokenise } from './tokenise.mjs';

const editor = await registry();
const relc = await editor.loadGrammar('source.relc');

/** Each line of the text, and below it what its parts are. */
function shown(text) {
  const part = (line, { startIndex, endIndex, scopes }) =>
    `${' '.repeat(startIndex)}${'^'.repeat(endIndex - startIndex)} ${scopes.join(' ').replaceAll('.relc', '')}\n`;
  const seen = ({ line, tokens }) => tokens.filter(({ startIndex, endIndex }) => line.slice(startIndex, endIndex).trim());
  return tokenise(relc, text).map((one) => `${one.line}\n${seen(one).map((token) => part(one.line, token)).join('')}`).join('');
}

const cases = join(extension, 'test/cases');
for (const name of (await readdir(cases)).filter((name) => name.endsWith('.rel'))) {
  test(`scopes of ${name}`, async () => {
    const expected = join(cases, `${name}.scopes`);
    const found = shown(await readFile(join(cases, name), 'utf8'));
    if (process.env.BLESS) await writeFile(expected, found);
    assert.equal(found, await readFile(expected, 'utf8'));
  });
}

/** The files of the language below a folder. */
async function files(folder) {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries.filter((entry) => entry.endsWith('.rel')).map((entry) => join(root, folder, entry));
}

/** Whether relc finds the text well-formed, as its expected messages beside it say. */
async function wellFormed(path) {
  const said = await readFile(`${path}.out`, 'utf8').catch(() => '');
  return !/error\[E010[13]\]/.test(said);
}

/** The tokens of a text that a person sees, with their lines. */
function seen(text) {
  return tokenise(relc, text).flatMap(({ line, tokens }, at) =>
    tokens.map(({ startIndex, endIndex, scopes }) => ({ at: at + 1, part: line.slice(startIndex, endIndex).trim(), scopes }))
      .filter(({ part }) => part),
  );
}

test('every text of the project is known, token by token', async () => {
  const paths = (await Promise.all(['stdlib', 'examples', 'templates', 'tests'].map(files))).flat();
  let known = 0;
  for (const path of paths) {
    // Of a folder of fixtures the messages are beside the folder.
    if (path.includes('import-broken') || !(await wellFormed(path))) continue;
    known += 1;
    for (const { at, part, scopes } of seen(await readFile(path, 'utf8'))) {
      const where = `${relative(root, path)}:${at}: \`${part}\` is [${scopes.join(' ')}]`;
      assert.ok(!scopes.some((scope) => scope.startsWith('invalid')), where);
      assert.ok(scopes.some((scope) => !scope.startsWith('meta.')), where);
    }
  }
  assert.ok(known > 400, `only ${known} texts were read`);
});

test('what is wrong within a line is shown as wrong', async () => {
  const fixtures = join(root, 'tests/ui/syntax');
  const names = [
    'unknown-escape', 'bad-unicode-escape', 'hole-with-expression', 'string-never-closed', 'single-quotes', 'semicolons',
    'number-with-leading-zero', 'number-with-unit', 'number-hexadecimal',
  ];
  for (const name of names) {
    const tokens = seen(await readFile(join(fixtures, `${name}.rel`), 'utf8'));
    assert.ok(tokens.some(({ scopes }) => scopes.some((scope) => scope.startsWith('invalid'))), name);
  }
});

test('blocks of Markdown that say `rel` are of the language', async () => {
  // The editor's own grammar of Markdown is not part of this extension; its name is all that the injection asks for.
  const markdown = { scopeName: 'text.html.markdown', patterns: [], repository: {} };
  const page = await (await registry({ others: [markdown] })).loadGrammar('text.html.markdown');
  const text = '# Text\n\n```rel,error=E0202\nrelease hello on deployment <\n```\n\n```yaml\nrelease: 1\n```\n';
  const inside = tokenise(page, text).map(({ tokens }) => tokens.some(({ scopes }) => scopes.includes('meta.embedded.block.relc')));
  assert.deepEqual(inside, [false, false, false, true, false, false, false, false, false, false]);
});
