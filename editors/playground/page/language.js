// The words of .rel files, for highlighting while the compiler reads the file.
import { StreamLanguage } from '@codemirror/language';

export const KEYWORDS =
  'release on when is prefix matches header query path method or and not if then else for in case import as let param type ' +
  'fragment part environment apply to extends super settings version headline shared deprecated at open replace mutate emit track untracked watch ' +
  'ready strategy weights require fail lint fix set remove unsafe unique kind from';

const keywords = new Set(KEYWORDS.split(' '));
const NAME = /^[a-zA-Z][a-zA-Z0-9_]*(?:-+[a-zA-Z0-9_]+)*/;

/// Reads the rest of a string up to its end, or up to the brace that begins an expression.
function string(stream, state) {
  while (!stream.eol()) {
    const c = stream.next();
    if (c === '\\') stream.next();
    else if (c === '"') return void (state.inString = false);
    else if (c === '{' && /[a-z]/.test(stream.peek() ?? '')) return void (state.braces = 1);
  }
  state.inString = false;
}

function code(stream, state) {
  if (stream.eatSpace()) return null;
  if (stream.match('//')) return stream.skipToEnd(), 'comment';
  if (stream.match('/*')) return (state.inComment = true), comment(stream, state);
  if (stream.match('"')) return (state.inString = true), string(stream, state), 'string';
  if (stream.match(/^[0-9][0-9.]*%?/)) return 'number';
  const name = stream.match(NAME);
  if (!name) return stream.next(), null;
  if (stream.match(/^\s*:(?!:)/, false)) return 'propertyName';
  if (['true', 'false', 'null'].includes(name[0])) return 'atom';
  return keywords.has(name[0]) ? 'keyword' : /^[A-Z]/.test(name[0]) ? 'typeName' : 'variableName';
}

function comment(stream, state) {
  if (stream.match(/^.*?\*\//)) state.inComment = false;
  else stream.skipToEnd();
  return 'comment';
}

export const rel = StreamLanguage.define({
  name: 'relc',
  startState: () => ({ inString: false, inComment: false, braces: 0 }),
  token(stream, state) {
    if (state.inComment) return comment(stream, state);
    if (state.braces > 0) {
      if (stream.peek() === '{') state.braces += 1;
      if (stream.peek() === '}' && --state.braces === 0) return stream.next(), string(stream, state), 'string';
      return stream.peek() === '"' ? (stream.next(), 'string') : code(stream, state);
    }
    return state.inString ? (string(stream, state), 'string') : code(stream, state);
  },
  languageData: { commentTokens: { line: '//', block: { open: '/*', close: '*/' } }, closeBrackets: { brackets: ['{', '[', '(', '"'] } },
});
