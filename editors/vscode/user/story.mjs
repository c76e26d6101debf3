// What a user does in the real VS Code, in a browser: a release by completion only, three quick fixes, a rename over files that are not
// open, a diff, a values file, and the preview. Each step compares the files that are saved, or what the page shows.
//
//     CODE_SERVER=entry.js RELC=relc node story.mjs relc.vsix [FOLDER FOR PICTURES]

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [vsix, pictures] = process.argv.slice(2);
const entry = process.env.CODE_SERVER;
const { chromium } = createRequire(entry)('playwright-core');
const scratch = mkdtempSync(join(tmpdir(), 'relc-story-'));
const folder = join(scratch, 'shop');
const [port, user, extensions] = [Number(process.env.PORT ?? 8931), join(scratch, 'user'), join(scratch, 'extensions')];

const mistakes = `release shop on deployment-istio blue-green { names: labels } <
  v1 60% "registry.example/shop:1.4" { prot: 8080 }
  v2 40% "registry.example/shop:1.5" { port: "8080" }
>

release card on deploymnt <
  v1 "registry.example/card:1.4" { port: 8080 }
>
`;
const files = {
  'new.rel': '',
  'mistakes.rel': mistakes,
  'common.rel': 'let image = "registry.example/shop:1.4"\n',
  'main.rel': 'import "common.rel" as common\n\nrelease main on deployment <\n  v1 common.image { port: 8080 }\n>\n',
  'values.yaml': 'environment: deployment-istio\napplication:\n  metadata: { name: shop }\n  strategy: \n  versions:\n  - image: registry.example/shop:1.4\n',
};

mkdirSync(join(user, 'User'), { recursive: true });
mkdirSync(folder);
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
const settings = { 'relc.path': process.env.RELC, 'workbench.startupEditor': 'none', 'security.workspace.trust.enabled': false, 'git.openRepositoryInParentFolders': 'never', 'workbench.colorTheme': 'Default Dark Modern' };
writeFileSync(join(user, 'User', 'settings.json'), JSON.stringify(settings));
const git = (...args) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: folder, stdio: 'ignore' });
git('init', '-b', 'main');
git('add', '.');
git('commit', '-m', 'first');

const places = ['--user-data-dir', user, '--extensions-dir', extensions];
execFileSync(process.execPath, [entry, ...places, '--install-extension', vsix], { stdio: 'ignore' });
const server = spawn(process.execPath, [entry, ...places, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check', folder], { stdio: 'ignore' });
const address = `http://127.0.0.1:${port}/?folder=${folder}`;
let browser;
let page;

const saved = (name) => readFileSync(join(folder, name), 'utf8');

/** Waits until a file on disk is as it should be, and saves meanwhile. */
async function becomes(name, wanted) {
  let text;
  for (let tries = 0; tries < 60; tries += 1) {
    await page.keyboard.press('Control+s');
    await sleep(250);
    text = saved(name);
    if (wanted.test(text)) return text;
  }
  await picture('failed');
  assert.match(text, wanted);
}

const picture = async (name) => pictures && (await page.screenshot({ path: join(pictures, `${name}.png`) }));

async function command(name) {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').first().waitFor();
  await page.keyboard.type(name);
  await sleep(600);
  await page.keyboard.press('Enter');
  await sleep(600);
}

/** Opens a file from the explorer, as the search for files needs ripgrep, and goes to a position. */
async function open(name, line, column) {
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first().dblclick();
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  await sleep(800);
  await page.keyboard.press('Control+g');
  await page.locator('.quick-input-widget input').first().waitFor();
  await page.keyboard.type(`${line},${column}`);
  await page.keyboard.press('Enter');
  await sleep(500);
}

/** Accepts the first item of the completion list, which has to be this one. */
async function accept(label) {
  const rows = page.locator('.suggest-widget.visible .monaco-list-row');
  let first;
  for (let tries = 0; tries < 8; tries += 1) {
    await page.keyboard.press('Control+Space');
    for (let waits = 0; waits < 20 && !first?.startsWith(label); waits += 1) {
      await sleep(200);
      [first] = await rows.allInnerTexts();
    }
    if (first?.startsWith(label)) break;
    await page.keyboard.press('Escape');
  }
  assert.ok(first?.startsWith(label), `${label} is not the first item, which is ${first}`);
  await page.keyboard.press('Enter');
  await sleep(400);
}

async function problems(count) {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await page.locator('.monaco-editor .squiggly-error').count()) === count) return;
    await sleep(250);
  }
  await picture('failed');
  assert.equal(await page.locator('.monaco-editor .squiggly-error').count(), count);
}

const steps = {
  async 'a release by completion only'() {
    await open('new.rel', 1, 1);
    await accept('release');
    await picture('1-release');
    for (const key of ['Tab', 'Tab', 'Tab', 'Tab']) await page.keyboard.press(key);
    const text = await becomes('new.rel', /^release name on deployment-istio <\n  stable "image"\n>/);
    await open('new.rel', 2, text.split('\n')[1].length + 1);
    await page.keyboard.type(' ');
    await accept('{ … }');
    await accept('port');
    await becomes('new.rel', /stable "image" \{ port: \d+ \}/);
    await picture('2-port');
    await page.keyboard.press('Escape');
  },
  async 'three quick fixes'() {
    await open('mistakes.rel', 1, 1);
    for (const [line, column, wanted] of [[2, 41, /\{ port: 8080 \}\n/], [3, 48, /v2 .*\{ port: 8080 \}/], [6, 20, /card on deployment </]]) {
      await open('mistakes.rel', line, column);
      await sleep(700);
      await page.keyboard.press('Control+.');
      await page.locator('.action-widget').waitFor();
      await picture(`3-fix-${line}`);
      await page.keyboard.press('Enter');
      await becomes('mistakes.rel', wanted);
    }
    await problems(0);
  },
  async 'a rename over files that are not open'() {
    await open('main.rel', 4, 15);
    await sleep(500);
    await page.keyboard.press('F2');
    await page.locator('.rename-box input').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('picture');
    await picture('4-rename');
    await page.keyboard.press('Enter');
    await sleep(1500);
    await command('File: Save All');
    await becomes('main.rel', /v1 common\.picture/);
    await becomes('common.rel', /^let picture =/);
  },
  async 'a diff without findings of the old text'() {
    await open('main.rel', 4, 15);
    await page.locator('.editor-actions [aria-label^="Open Changes"]').first().click();
    await page.locator('.monaco-diff-editor').first().waitFor();
    await sleep(2500);
    await picture('5-diff');
    await problems(0);
  },
  async 'a values file'() {
    await open('values.yaml', 4, 13);
    await accept('blue-green');
    await becomes('values.yaml', /strategy: blue-green\n/);
    await picture('6-values');
  },
  async 'the preview'() {
    await open('mistakes.rel', 2, 5);
    await command('relc: Show manifests to the side');
    await page.locator('.tab', { hasText: 'manifests.yaml' }).waitFor();
    await page.locator('.view-line', { hasText: 'kind:' }).first().waitFor();
    await sleep(2000);
    await picture('7-preview');
    assert.equal(await page.locator('.tab', { hasText: /manifests/i }).count(), 1, 'the manifests are shown once');
    assert.ok(await page.locator('.tab.active[data-resource-name="mistakes.rel"]').isVisible(), 'the file is shown next to them');
  },
};

try {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(30_000);
  for (let tries = 0; ; tries += 1) {
    const response = await page.goto(address).catch(() => undefined);
    if (response?.ok()) break;
    assert.ok(tries < 60, 'code-server does not start');
    await sleep(500);
  }
  await page.locator('.explorer-folders-view').waitFor({ timeout: 90_000 });
  await sleep(2000);
  // The server runs once it reports something.
  await open('mistakes.rel', 1, 1);
  await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 60_000 });
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      await picture('failed');
      throw new Error(`${name}: ${error.message}`);
    }
    console.log(`${name}: as it should be`);
  }
} finally {
  await browser?.close();
  server.kill();
  await sleep(500);
  rmSync(scratch, { recursive: true, force: true });
}
