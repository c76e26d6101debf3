// The page: an editor that asks the compiler, and what it answers.
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import examples from 'examples';
import { applyFix, assistance, diagnostics, setTokens } from './assistance.js';
import { ask, timed } from './compiler.js';
import { rel } from './language.js';
import { fromFragment, toFragment } from './share.js';

const $ = (id) => document.getElementById(id);
const dark = matchMedia('(prefers-color-scheme: dark)');
const [language, theme] = [new Compartment(), new Compartment()];
const look = () => theme.of(EditorView.darkTheme.of(dark.matches));
let name = 'release.rel';

const file = () => ({ name, text: editor.state.doc.toString() });

const editor = new EditorView({
  parent: $('editor'),
  extensions: [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    EditorView.lineWrapping,
    bracketMatching(),
    closeBrackets(),
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ 'aria-label': 'Release' }),
    language.of(rel),
    look(),
    syntaxHighlighting(classHighlighter),
    assistance(file),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => update.docChanged && changed()),
  ],
});

const manifests = new EditorView({
  parent: $('manifests'),
  extensions: [
    lineNumbers(),
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': 'Manifests' }),
    yaml(),
    look(),
    syntaxHighlighting(classHighlighter),
  ],
});

const traffic = $('traffic').attachShadow({ mode: 'open' });

dark.addEventListener('change', () => {
  const effects = theme.reconfigure(EditorView.darkTheme.of(dark.matches));
  [editor, manifests].forEach((view) => view.dispatch({ effects }));
});

let delay;
function changed() {
  clearTimeout(delay);
  delay = setTimeout(check, 60);
}

async function check() {
  const doc = editor.state.doc;
  try {
    const { value, milliseconds } = await timed({ ask: 'check', file: file() });
    // An answer about a text that has changed since is of no use: the next one is on its way.
    if (doc === editor.state.doc) show(value, milliseconds);
    const tokens = await ask({ ask: 'tokens', file: file() });
    if (doc === editor.state.doc) editor.dispatch({ effects: setTokens.of(tokens) });
  } catch (error) {
    $('status').textContent = `relc failed on this file: ${error.message}`;
  }
}

function show({ diagnostics: found, manifests: text, traffic: svg }, milliseconds) {
  editor.dispatch(setDiagnostics(editor.state, diagnostics(editor.state.doc, found)));
  $('problems').replaceChildren(...found.map(problem));
  if (text !== null) {
    manifests.dispatch({ changes: { from: 0, to: manifests.state.doc.length, insert: text } });
    traffic.innerHTML = svg ?? '';
  }
  for (const id of ['manifests', 'traffic']) $(id).classList.toggle('stale', text === null);
  const count = (severity) => found.filter((one) => one.severity === severity).length;
  const errors = count('error');
  const objects = text?.match(/^kind: /gm)?.length ?? 0;
  $('status').textContent =
    errors > 0 ? `${errors} ${errors === 1 ? 'error' : 'errors'}: the result is that of the last text without errors` : `${objects} objects in ${Math.max(1, Math.round(milliseconds))} ms`;
  document.documentElement.dataset.firstResult ??= Math.round(performance.now());
}

function problem(found) {
  const element = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
  const item = element('li', found.severity, '');
  const [[line, column]] = found.range;
  const place = element('button', 'place', `${line + 1}:${column + 1}`);
  place.onclick = () => {
    const at = editor.state.doc.line(line + 1).from + column;
    editor.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    editor.focus();
  };
  const message = element('span', 'message', '');
  message.append(element('span', 'severity', found.severity), ` ${found.message}`);
  if (found.help) message.append(element('span', 'help', found.help));
  item.append(place, message);
  if (found.fix) {
    const fix = element('button', 'fix', found.fix.title);
    fix.onclick = () => applyFix(editor, found.fix);
    item.append(fix);
  }
  return item;
}

function open(file) {
  name = file.name;
  $('name').textContent = name;
  $('convert').textContent = name.endsWith('.rel') ? 'Convert to values.yaml' : 'Convert to .rel';
  $('format').disabled = !name.endsWith('.rel');
  editor.dispatch({
    changes: { from: 0, to: editor.state.doc.length, insert: file.text },
    effects: language.reconfigure(name.endsWith('.rel') ? rel : yaml()),
  });
}

$('example').append(...Object.keys(examples).map((name) => new Option(name)));
$('example').onchange = () => {
  window.history.replaceState(null, '', location.pathname);
  open({ name: 'release.rel', text: examples[$('example').value] });
};

$('format').onclick = async () => {
  const text = await ask({ ask: 'format', file: file() });
  if (text !== null && text !== editor.state.doc.toString()) open({ name, text });
};

$('convert').onclick = async () => {
  const { text, error } = await ask({ ask: 'convert', file: file() });
  if (error) $('status').textContent = error;
  else open({ name: name.endsWith('.rel') ? 'values.yaml' : 'release.rel', text });
};

$('share').onclick = async () => {
  window.history.replaceState(null, '', await toFragment(file()));
  try {
    await navigator.clipboard.writeText(location.href);
    $('status').textContent = 'The link is copied';
  } catch {
    $('status').textContent = 'The address of this page is the link';
  }
};

const first = async () => (await fromFragment(location.hash)) ?? { name: 'release.rel', text: Object.values(examples)[$('example').selectedIndex] };
addEventListener('hashchange', async () => open(await first()));
$('example').value = 'deployment-istio';
open(await first());
clearTimeout(delay);
await check();
navigator.serviceWorker?.register('service-worker.js');
