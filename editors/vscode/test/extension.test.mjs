// The extension itself, bundled as it is packaged, in an editor that is only a listener: what it starts and what it says.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { editor, loaded } from './editor.mjs';
import { extension } from './tokenise.mjs';

let scratch;
let bundle;

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'relc-vscode-'));
  bundle = join(scratch, 'extension.js');
  execFileSync('npm', ['run', '--silent', 'build', '--', `--outfile=${bundle}`, '--log-level=error'], { cwd: extension });
});

after(() => rm(scratch, { recursive: true }));

/** What is in a file once something is. */
async function written(path) {
  for (let tries = 0; tries < 50; tries += 1) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text) return text;
    await setTimeout(100);
  }
  return 'nothing was written';
}

/** Activates the extension with the settings; gives what it warned of. Servers end with this process. */
async function activated(settings) {
  const warnings = [];
  const vscode = editor({
    window: { showWarningMessage: async (text) => void warnings.push(text) },
    workspace: {
      getConfiguration: () => ({ get: (name, otherwise) => settings[name] ?? otherwise }),
      workspaceFolders: [{ uri: { fsPath: scratch } }],
      textDocuments: [],
      onDidChangeConfiguration: () => ({ dispose() {} }),
    },
    version: '1.91.0',
    env: { language: 'en', appName: 'test', appHost: 'desktop' },
  });
  const { activate } = loaded(bundle, vscode);
  // The client waits for an answer that no one gives here.
  await Promise.race([activate({ subscriptions: [] }), setTimeout(200)]);
  return { warnings };
}

test('where the program is missing, the setting that names it is said', async () => {
  const { warnings } = await activated({ path: join(scratch, 'nothing') });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /`.*nothing` does not exist\. Install relc, or set `relc\.path`/);
});

test('the program is started as `relc lsp`, from PATH, from the folder, or from where it is', async () => {
  const program = join(scratch, 'relc');
  const started = join(scratch, 'started');
  await writeFile(program, `#!/bin/sh\necho "$@" >> '${started}'\ncat >/dev/null\n`);
  await chmod(program, 0o755);
  const path = process.env.PATH;
  process.env.PATH = `${scratch}${delimiter}${path}`;
  try {
    for (const setting of [undefined, '${workspaceFolder}/relc', './relc', program]) {
      await rm(started, { force: true });
      const { warnings } = await activated({ path: setting });
      assert.deepEqual(warnings, []);
      assert.match(await written(started), /^lsp\b/, `relc.path is ${setting}`);
    }
  } finally {
    process.env.PATH = path;
  }
});
