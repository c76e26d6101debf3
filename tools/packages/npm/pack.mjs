// Packs the npm packages: `relc`, and `@relc/cli-PLATFORM-ARCH` with the program of each platform.
//
//     node tools/packages/npm/pack.mjs PROGRAMS SHARE DIRECTORY
//
// PROGRAMS has a directory for each platform, named as in the table below, with `relc` or `relc.exe`. SHARE is what share.sh wrote.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PLATFORMS = {
  'x86_64-unknown-linux-musl': ['linux', 'x64'],
  'aarch64-unknown-linux-musl': ['linux', 'arm64'],
  'x86_64-apple-darwin': ['darwin', 'x64'],
  'aarch64-apple-darwin': ['darwin', 'arm64'],
  'x86_64-pc-windows-msvc': ['win32', 'x64'],
};

const here = new URL('.', import.meta.url).pathname;
const root = join(here, '../../..');
const [programs, share, out] = process.argv.slice(2).map((path) => resolve(path));
const version = execFileSync(join(here, '../version.sh'), { encoding: 'utf8' }).trim();
const [, address] = readFileSync(join(root, 'Cargo.toml'), 'utf8').match(/^repository = "(.*)"$/m);
// npm compares the repository with the one that a package comes from.
const repository = { type: 'git', url: `git+${address}.git` };
const scratch = mkdtempSync(join(tmpdir(), 'relc-npm-'));
mkdirSync(out, { recursive: true });

function pack(name, fields, files) {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  const manifest = { name, version, description: 'A compiler and linter for progressive releases on Kubernetes', license: 'Apache-2.0', repository, ...fields };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  for (const [from, to] of files) cpSync(from, join(folder, to), { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

const optionalDependencies = {};
for (const [target, [os, cpu]] of Object.entries(PLATFORMS)) {
  const name = `@relc/cli-${os}-${cpu}`;
  const program = os === 'win32' ? 'relc.exe' : 'relc';
  const path = join(programs, target, program);
  optionalDependencies[name] = version;
  if (!existsSync(path)) continue;
  chmodSync(path, 0o755);
  pack(name, { os: [os], cpu: [cpu], files: [program, 'LICENSE'] }, [[path, program]]);
}
pack(
  'relc',
  { bin: { relc: 'relc.js' }, man: './share/man/man1/relc.1', files: ['relc.js', 'share', 'LICENSE'], engines: { node: '>=18' }, optionalDependencies, publishConfig: { access: 'public' } },
  [[join(here, 'relc.js'), 'relc.js'], [join(root, 'README.md'), 'README.md'], [join(share, 'share'), 'share']],
);
rmSync(scratch, { recursive: true });
