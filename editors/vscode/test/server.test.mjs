// The extension as it is installed, out of its package, with the real server: what an editor is given of it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { Editor, loaded } from './editor.mjs';
import { extension, root } from './tokenise.mjs';

const relc = process.env.RELC ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug', 'relc');
const skip = existsSync(relc) ? false : `${relc} is not there; RELC names another`;

let scratch;
let installed;

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'relc-vscode-'));
  installed = join(scratch, 'installed', 'extension');
  const vsix = join(scratch, 'relc.vsix');
  execFileSync('npm', ['run', '--silent', 'package', '--', '--out', vsix], { cwd: extension, stdio: ['ignore', 'ignore', 'inherit'] });
  await unpack(vsix, join(scratch, 'installed'));
});

after(() => rm(scratch, { recursive: true }));

/** Writes the files of an archive, with the reader of the program that made it. */
async function unpack(archive, folder) {
  const yauzl = createRequire(createRequire(import.meta.url).resolve('@vscode/vsce/package.json'))('yauzl');
  const open = (start) => new Promise((done, failed) => start((error, made) => (error ? failed(error) : done(made))));
  const zip = await open((made) => yauzl.open(archive, { autoClose: false, lazyEntries: true }, made));
  const entries = [];
  await new Promise((done, failed) => {
    zip.on('entry', (entry) => (entries.push(entry), zip.readEntry()));
    zip.on('end', done).on('error', failed).readEntry();
  });
  for (const entry of entries.filter(({ fileName }) => !fileName.endsWith('/'))) {
    const path = join(folder, entry.fileName);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await open((made) => zip.openReadStream(entry, made)));
  }
  zip.close();
}

/** What `look` finds, once it finds something. */
async function soon(what, look) {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = look();
    if (found) return found;
    await setTimeout(50);
  }
  assert.fail(`no ${what}`);
}

const manifest = async () => JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));

test('the package has what its manifest names', async () => {
  const { main, contributes } = await manifest();
  const { grammars, snippets, languages } = contributes;
  const paths = [main, ...[...grammars, ...snippets].map(({ path }) => path), ...languages.map(({ configuration }) => configuration)];
  for (const path of [...paths, 'readme.md', 'LICENSE.txt']) await access(join(installed, path));
});

/** The packaged extension in an editor whose settings are those of its manifest, but for the program. */
async function started(name, text, languageId) {
  const { main, contributes } = await manifest();
  const properties = Object.entries(contributes.configuration.properties);
  const settings = Object.fromEntries(properties.map(([name, { default: value }]) => [name.replace('relc.', ''), value]));
  const folder = await mkdtemp(join(scratch, 'folder-'));
  await writeFile(join(folder, name), text);
  const editor = new Editor(folder, { ...settings, path: relc });
  const { activate, deactivate } = loaded(join(installed, main), editor.vscode);
  await activate({ subscriptions: [] });
  assert.deepEqual(editor.warnings, []);
  return { editor, document: editor.open(join(folder, name), languageId), deactivate };
}

const finding = (editor, document, rule) => editor.found(document).find(({ code }) => (code?.value ?? code) === rule);

/** Applies the first fix of a finding, which then is found no more. */
async function fix(editor, document, rule) {
  const found = await soon(`finding ${rule}`, () => finding(editor, document, rule));
  const context = { diagnostics: [found], triggerKind: 1, only: editor.vscode.CodeActionKind.QuickFix };
  const [action] = await editor.providers.actions.provider.provideCodeActions(document, found.range, context, editor.token);
  for (const [uri, edits] of action.edit.changes) {
    assert.equal(uri, document.uri.toString());
    editor.edit(document, edits);
  }
  await soon(`end of ${rule}`, () => !finding(editor, document, rule));
}

test('a release is looked at, mended, completed, explained and laid out', { skip }, async () => {
  const text = 'release shop on deployment-istio blue-green <\n  v1 30% "x:1" { prot: 80 }\n  v2   "x:2" { port: 80 }\n>\n';
  const { editor, document, deactivate } = await started('shop.rel', text, 'relc');

  await fix(editor, document, 'unknown-key');
  assert.ok(document.text.includes('v1 30% "x:1" { port: 80 }'), document.text);

  const { completion, hover, formatting } = editor.providers;
  const at = document.find('deployment-istio', 4);
  const offered = await completion.provider.provideCompletionItems(document, at, editor.token, { triggerKind: 0 });
  const labels = (offered.items ?? offered).map(({ label }) => label.label ?? label);
  assert.ok(labels.includes('knative-istio'), labels.join());

  const { contents } = await hover.provider.provideHover(document, document.find('port', 1), editor.token);
  assert.match([contents].flat().map(({ value }) => value).join(), /\*\*port\*\*/);

  const options = { tabSize: 2, insertSpaces: true };
  const edits = await formatting.provider.provideDocumentFormattingEdits(document, options, editor.token);
  editor.edit(document, edits);
  assert.equal(document.text.split('\n')[2], '  v2 "x:2" { port: 80 }');
  // What follows is asked of the text as it is now.
  assert.deepEqual(await formatting.provider.provideDocumentFormattingEdits(document, options, editor.token), []);

  await deactivate();
});

test('a values file is looked at and mended', { skip }, async () => {
  const text = 'environment: deployment\napplication:\n  metadata: { name: shop }\n  versions:\n  - imge: x:1\n';
  const { editor, document, deactivate } = await started('values.yaml', text, 'yaml');
  await fix(editor, document, 'unknown-key');
  assert.ok(document.text.includes('- image: x:1'), document.text);
  await deactivate();
});
