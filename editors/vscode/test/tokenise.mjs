// Reads a text as the editor does: with its engine, its library, and the grammars of this extension.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');

export const extension = join(dirname(fileURLToPath(import.meta.url)), '..');
export const root = join(extension, '..', '..');

/** The registry of grammars that an editor has: those of this extension and `others`; with a theme if one is given. */
export async function registry({ theme, others = [] } = {}) {
  const wasm = await readFile(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm.buffer);
  const manifest = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'));
  const { grammars } = manifest.contributes;
  return new textmate.Registry({
    theme,
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    async loadGrammar(scope) {
      const grammar = grammars.find((grammar) => grammar.scopeName === scope);
      if (!grammar) return others.find(({ scopeName }) => scopeName === scope) ?? null;
      const path = join(extension, grammar.path);
      return textmate.parseRawGrammar(await readFile(path, 'utf8'), path);
    },
    getInjections: (scope) => grammars.filter((one) => one.injectTo?.includes(scope)).map((one) => one.scopeName),
  });
}

/** The lines of a text, each with its tokens: where they begin and end, and their scopes without the language's own. */
export function tokenise(grammar, text) {
  let state = textmate.INITIAL;
  return text.split(/\r?\n/).map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return { line, tokens: tokens.map(({ startIndex, endIndex, scopes }) => ({ startIndex, endIndex, scopes: scopes.slice(1) })) };
  });
}
