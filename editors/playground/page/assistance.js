// What the compiler knows about a place in the file: diagnostics with fixes, completion, documentation, and the kinds of words.
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, hoverTooltip, keymap } from '@codemirror/view';
import markdownIt from 'markdown-it';
import { ask } from './compiler.js';

// Without HTML: the documentation may come from a file that a link contained.
const markdown = markdownIt({ html: false });

function documentation(text) {
  const element = document.createElement('div');
  element.className = 'documentation';
  element.innerHTML = markdown.render(text);
  return element;
}

/// The offset of a position, within the text.
function offset(doc, [line, column]) {
  const found = doc.line(Math.min(line + 1, doc.lines));
  return Math.min(found.from + column, found.to);
}

function position(doc, at) {
  const line = doc.lineAt(at);
  return [line.number - 1, at - line.from];
}

const span = (doc, [from, to]) => ({ from: offset(doc, from), to: offset(doc, to) });

/// The changes of a fix.
export function applyFix(view, fix) {
  const { doc } = view.state;
  view.dispatch({ changes: fix.edits.map((edit) => ({ ...span(doc, edit.range), insert: edit.text })), userEvent: 'input.fix' });
}

/// The diagnostics of an answer, as the editor shows them.
export function diagnostics(doc, found) {
  return found.map(({ range, severity, message, help, name, fix }) => ({
    ...span(doc, range),
    severity,
    source: name,
    message: help ? `${message}\n${help}` : message,
    actions: fix ? [{ name: fix.title, apply: (view) => applyFix(view, fix) }] : [],
  }));
}

/// Replaces the kinds of words.
export const setTokens = StateEffect.define();

const tokens = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setTokens)) continue;
      const { doc } = transaction.state;
      const mark = ({ range, kind }) => ({ ...span(doc, range), value: Decoration.mark({ class: `tok-${kind}` }) });
      return Decoration.set(effect.value.map(mark).filter(({ from, to }) => from < to).map(({ from, to, value }) => value.range(from, to)), true);
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/// The extensions that ask the compiler; `file` returns the file in the editor.
export function assistance(file) {
  const complete = async (context) => {
    const { doc } = context.state;
    const before = doc.sliceString(context.pos - 1, context.pos);
    if (!context.explicit && !/[\w-]/.test(before)) return null;
    const found = await ask({ ask: 'complete', file: file(), at: position(doc, context.pos) });
    if (found.length === 0) return null;
    const { from } = span(doc, found[0].range);
    const option = ({ label, kind, detail, documentation: text, text: apply }, at) => ({
      label,
      type: kind,
      detail,
      apply,
      boost: -at / found.length,
      info: text ? () => documentation(text) : undefined,
    });
    return { from, options: found.map(option), validFor: /^[\w-]*$/ };
  };
  const hover = hoverTooltip(async (view, at) => {
    const { doc } = view.state;
    const found = await ask({ ask: 'hover', file: file(), at: position(doc, at) });
    if (!found) return null;
    const { from, to } = span(doc, found.range);
    return { pos: from, end: to, create: () => ({ dom: documentation(found.text) }) };
  });
  return [tokens, hover, autocompletion({ override: [complete], activateOnTypingDelay: 50 }), keymap.of(completionKeymap)];
}
