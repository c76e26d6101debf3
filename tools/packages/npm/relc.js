#!/usr/bin/env node
// Starts the program of this platform, which npm installed as an optional dependency.
const { spawnSync } = require('node:child_process');
const { constants } = require('node:os');

const name = `@relc/cli-${process.platform}-${process.arch}`;

function program() {
  try {
    return require.resolve(`${name}/${process.platform === 'win32' ? 'relc.exe' : 'relc'}`);
  } catch {
    console.error(`relc: the package ${name} is missing. If this platform is supported, install without --omit=optional or --no-optional.`);
    process.exit(2);
  }
}

const { status, signal, error } = spawnSync(program(), process.argv.slice(2), { stdio: 'inherit' });
if (error) {
  console.error(`relc: ${error.message}`);
  process.exit(2);
}
process.exit(signal ? 128 + constants.signals[signal] : status);
