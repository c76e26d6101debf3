// The module answers as the program does: the same manifests, or errors, for the examples and for every fixture that is a release.
// RELC is the program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { test } from 'node:test';
import { answer, initSync } from '../build/relc_playground.js';

const root = new URL('../../..', import.meta.url).pathname;
const relc = process.env.RELC ?? join(root, 'target/debug/relc');
initSync({ module: readFileSync(new URL('../dist/relc.wasm', import.meta.url)) });
const ask = (question) => JSON.parse(answer(JSON.stringify(question)));

function files(folder) {
  const found = readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return found.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/// A file with those of its directory, which it can import.
function load(path) {
  const [folder, name] = [dirname(path), basename(path)];
  const texts = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const others = Object.fromEntries(texts.map((entry) => [entry.name, readFileSync(join(folder, entry.name), 'utf8')]));
  return { name, text: others[name], others };
}

const examples = [...files('editors/playground/examples'), ...files('examples')];
const fixtures = ['tests/ui', 'tests/conformance'].flatMap(files).filter((path) => extname(path) === '.rel' && !path.includes('.test.'));

test('manifests are those of the program', () => {
  let equal = 0;
  for (const path of [...examples, ...fixtures]) {
    const file = load(path);
    // Projects with a configuration need a disk; so do a file that isn't text, and folders.
    const needsDisk = existsSync(join(dirname(path), 'relc.toml')) || file.text.includes('\uFFFD') || /"[^"]*\/[^"]*\.(rel|json|yaml|txt)"/.test(file.text);
    if (!/^release /m.test(file.text) && extname(path) === '.rel' || needsDisk) continue;
    const native = spawnSync(relc, ['build', basename(path)], { cwd: dirname(path), encoding: 'utf8' });
    const { manifests } = ask({ ask: 'check', file });
    assert.equal(manifests ?? '', native.stdout, path);
    if (manifests !== null) equal += 1;
  }
  assert.ok(equal > 75, `only ${equal} files were built`);
  console.log(`${equal} files build the same manifests`);
});

test('every environment has an example, without errors and in the one style', () => {
  const names = ask({ ask: 'environments' });
  const own = files('editors/playground/examples').map((path) => basename(path, '.rel'));
  assert.deepEqual(own.sort(), [...names].sort());
  for (const path of files('editors/playground/examples')) {
    const file = load(path);
    const { diagnostics, traffic } = ask({ ask: 'check', file });
    assert.deepEqual(diagnostics.filter((found) => found.severity !== 'info'), [], path);
    assert.match(file.text, new RegExp(`on ${basename(path, '.rel')}[ <]`));
    assert.match(traffic, /^<svg /, path);
    assert.equal(ask({ ask: 'format', file }), file.text, path);
  }
});

test('a release becomes values and a release again, with the same manifests', () => {
  let converted = 0;
  for (const path of [...examples, ...fixtures]) {
    const file = load(path);
    const { text, error } = ask({ ask: 'convert', file });
    if (extname(path) !== '.rel' || error) continue;
    const { manifests } = ask({ ask: 'check', file });
    const values = { name: 'values.yaml', text };
    assert.equal(ask({ ask: 'check', file: values }).manifests, manifests, `${path}\n${text}`);
    const again = ask({ ask: 'convert', file: values });
    assert.equal(ask({ ask: 'check', file: { name: 'again.rel', text: again.text } }).manifests, manifests, `${path}\n${text}`);
    converted += 1;
  }
  assert.ok(converted > 40, `only ${converted} files were converted`);
  console.log(`${converted} files were converted`);
});

test('the words of the language are those of the site', () => {
  const words = (path) => readFileSync(new URL(path, import.meta.url), 'utf8').match(/'release on when[^;,]*/)[0].replace(/[^a-z ]/g, '').split(/ +/);
  assert.deepEqual(words('../page/language.js'), words('../../../docs/rel.js'));
});

test('any text is answered', () => {
  const release = readFileSync(join(root, 'examples/hello.rel'), 'utf8');
  const deep = (open, close) => `release a on deployment { x: ${open.repeat(5000)}1${close.repeat(5000)} } < v1 "a:1" >`;
  const texts = ['', '<', release.slice(0, 90), 'release ä on 😀 <', deep('[', ']'), deep('{ a: ', '}'), deep('(', ')')];
  for (const text of texts) {
    for (const name of ['release.rel', 'values.yaml']) {
      const file = { name, text };
      assert.ok(ask({ ask: 'check', file }).diagnostics, text);
      for (const question of ['complete', 'hover']) ask({ ask: question, file, at: [0, 20] });
      for (const question of ['tokens', 'format', 'convert']) ask({ ask: question, file });
    }
  }
  assert.match(ask({ ask: 'nothing' }).error, /unknown variant/);
});
