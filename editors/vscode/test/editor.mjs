// A stand-in for the editor: what the extension and its client ask of the module `vscode`, as far as a test needs it.

import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** An editor of which each part may be read, called, made and inherited from, and nothing comes of it but what `own` says. */
export function editor(own) {
  const part = (own) => new Proxy(own, { get: (target, name) => (name in target ? target[name] : (target[name] = anything())) });
  const anything = () => {
    const proxy = new Proxy(class {}, {
      get: (target, name) => (name in target ? target[name] : name === 'then' ? undefined : (target[name] = anything())),
      apply: () => anything(),
      construct: (target, args, made) => (made === proxy ? part({}) : Reflect.construct(target, args, made)),
    });
    return proxy;
  };
  const whole = (value) => (typeof value === 'object' ? part(value) : value);
  // The bundler's helper copies what a module itself has, and keeps what that inherits.
  return Object.assign(Object.create(part({})), Object.fromEntries(Object.entries(own).map(([name, value]) => [name, whole(value)])));
}

/** The extension in `bundle`, loaded anew, to which `vscode` is the editor. */
export function loaded(bundle, vscode) {
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
  try {
    delete require.cache[bundle];
    return require(bundle);
  } finally {
    Module._load = load;
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(...ends) {
    const [a, b, c, d] = ends;
    [this.start, this.end] = ends.length === 4 ? [new Position(a, b), new Position(c, d)] : [a, b];
  }
}

class Uri {
  constructor(text) {
    const { protocol, pathname } = new URL(text);
    Object.assign(this, { text, scheme: protocol.slice(0, -1), path: pathname });
  }

  static file = (path) => new Uri(pathToFileURL(path).href);
  static parse = (text) => new Uri(text);

  get fsPath() {
    return fileURLToPath(this.text);
  }

  toString() {
    return this.text;
  }
}

class EventEmitter {
  listeners = new Set();

  event = (listener, self) => {
    const call = (event) => listener.call(self, event);
    this.listeners.add(call);
    return { dispose: () => this.listeners.delete(call) };
  };

  fire(event) {
    for (const listener of [...this.listeners]) listener(event);
  }

  dispose() {
    this.listeners.clear();
  }
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
  cancel() {}
  dispose() {}
}

class Disposable {
  constructor(dispose) {
    this.dispose = dispose;
  }

  static from = (...all) => new Disposable(() => all.forEach((one) => one.dispose()));
}

class TextEdit {
  constructor(range, newText) {
    Object.assign(this, { range, newText });
  }
}

class WorkspaceEdit {
  changes = new Map();

  set(uri, edits) {
    this.changes.set(uri.toString(), edits);
  }
}

class CodeActionKind {
  static Empty = new CodeActionKind('');
  static QuickFix = new CodeActionKind('quickfix');

  constructor(value) {
    this.value = value;
  }

  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}

class MarkdownString {
  constructor(value = '') {
    this.value = value;
  }

  appendCodeblock(text) {
    this.value += text;
  }
}

/** A class whose instances have the arguments under these names. */
const record = (...names) =>
  class {
    constructor(...values) {
      names.forEach((name, at) => {
        this[name] = values[at];
      });
    }
  };

class Document {
  version = 1;
  isClosed = false;
  isDirty = false;

  constructor(path, languageId) {
    Object.assign(this, { uri: Uri.file(path), fileName: path, languageId, text: readFileSync(path, 'utf8') });
  }

  get lineCount() {
    return this.text.split('\n').length;
  }

  offsetAt({ line, character }) {
    return this.text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  }

  /** Where `part` begins in the text, and so many characters further. */
  find(part, further = 0) {
    const before = this.text.slice(0, this.text.indexOf(part) + further).split('\n');
    return new Position(before.length - 1, before.at(-1).length);
  }

  getText(range) {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }
}

/** An editor in which documents can be opened and changed, and that keeps what an extension gives it. */
export class Editor {
  documents = [];
  warnings = [];
  /** By what they provide. */
  providers = {};
  /** By document. */
  findings = new Map();
  opened = new EventEmitter();
  changed = new EventEmitter();
  token = new CancellationTokenSource().token;

  constructor(folder, settings) {
    const registered = (name) => (selector, provider) => {
      this.providers[name] = { selector, provider };
      return new Disposable(() => {});
    };
    this.vscode = editor({
      ...{ Position, Range, Uri, EventEmitter, CancellationTokenSource, Disposable },
      ...{ TextEdit, WorkspaceEdit, CodeActionKind, MarkdownString },
      CodeAction: record('title', 'kind'),
      CompletionItem: record('label', 'kind'),
      CompletionList: record('items', 'isIncomplete'),
      Diagnostic: record('range', 'message', 'severity'),
      DiagnosticRelatedInformation: record('location', 'message'),
      Hover: record('contents', 'range'),
      Location: record('uri', 'range'),
      SnippetString: record('value'),
      CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
      CompletionTriggerKind: { Invoke: 0, TriggerCharacter: 1, TriggerForIncompleteCompletions: 2 },
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      env: { language: 'en', appName: 'test', appHost: 'desktop' },
      version: '1.91.0',
      languages: {
        match: (selector, document) => (matches(selector, document) ? 10 : 0),
        createDiagnosticCollection: () => ({
          set: (uri, found) => this.findings.set(uri.toString(), found),
          delete: (uri) => this.findings.delete(uri.toString()),
          clear: () => this.findings.clear(),
          dispose() {},
        }),
        registerCodeActionsProvider: registered('actions'),
        registerCompletionItemProvider: registered('completion'),
        registerDocumentFormattingEditProvider: registered('formatting'),
        registerHoverProvider: registered('hover'),
      },
      window: {
        activeTextEditor: undefined,
        visibleTextEditors: [],
        tabGroups: { all: [], onDidChangeTabs: new EventEmitter().event },
        showWarningMessage: async (text) => void this.warnings.push(text),
        showErrorMessage: async (text) => void this.warnings.push(text),
      },
      workspace: {
        getConfiguration: () => ({ get: (name, otherwise) => settings[name] ?? otherwise }),
        workspaceFolders: [{ uri: Uri.file(folder), name: 'folder', index: 0 }],
        textDocuments: this.documents,
        notebookDocuments: [],
        onDidChangeConfiguration: new EventEmitter().event,
        onDidOpenTextDocument: this.opened.event,
        onDidChangeTextDocument: this.changed.event,
      },
    });
  }

  open(path, languageId) {
    const document = new Document(path, languageId);
    this.documents.push(document);
    this.opened.fire(document);
    return document;
  }

  /** Changes a document, the last edit first. */
  edit(document, edits) {
    for (const { range, newText } of [...edits].sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start))) {
      const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
      document.text = document.text.slice(0, start) + newText + document.text.slice(end);
      document.version += 1;
      const change = { range, rangeOffset: start, rangeLength: end - start, text: newText };
      this.changed.fire({ document, contentChanges: [change] });
    }
  }

  found(document) {
    return this.findings.get(document.uri.toString()) ?? [];
  }
}

/** As far as the extension's selector goes: a language, and a pattern for any file of a name. */
function matches(selector, document) {
  return [selector].flat().some(({ language, scheme, pattern }) => {
    // `**/` is any folder, and `*` any part of a name.
    const name = pattern?.replace(/^\*\*\//, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*');
    const named = !pattern || new RegExp(`/${name}$`).test(document.fileName);
    return named && (!language || language === document.languageId) && (!scheme || scheme === document.uri.scheme);
  });
}
