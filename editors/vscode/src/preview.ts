// Shows what a file becomes next to it: its manifests, or its traffic. Both follow the text while it is edited, and the line of the
// cursor is marked on both sides.

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** What the server makes of a file. */
interface Made {
  title: string;
  languageId: string;
  text: string;
  /** For each line that comes from the file, the file's line. */
  lines: [number, number][];
}

const SCHEME = 'relc-preview';
const COMMANDS: Record<string, string> = { 'relc.showManifests': 'manifests.yaml', 'relc.previewTraffic': 'traffic.txt' };

/** How long after a change a preview follows, in milliseconds. */
const DELAY = 150;

export class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly made = new Map<string, Made>();
  private readonly mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.hoverHighlightBackground'),
  });
  private readonly subscriptions: vscode.Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.subscriptions = [
      this.changed,
      this.mark,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.follow(document)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.point(textEditor)),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Opens the preview of a command next to the file; without an argument, of the file in the active editor. */
  async show(command: string, args: unknown[]): Promise<boolean | undefined> {
    const name = COMMANDS[command];
    if (!name) return undefined;
    const source = typeof args[0] === 'string' ? vscode.Uri.parse(args[0]) : vscode.window.activeTextEditor?.document.uri;
    if (!source) return true;
    const title = `${source.path.split('/').pop()} ${name}`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}`, query: `${command} ${source.toString()}` });
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const column = vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true, preview: true });
    const editor = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === source.toString());
    if (editor) this.point(editor);
    return true;
  }

  /** The text of a preview. While the file has errors, the last one stays. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [command, source] = split(uri);
    try {
      const params = { command, arguments: [source] };
      const made = await this.client()?.sendRequest<Made>('workspace/executeCommand', params);
      if (made) this.made.set(uri.toString(), made);
    } catch (error) {
      const known = this.made.get(uri.toString());
      if (!known) return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
    return this.made.get(uri.toString())?.text ?? '';
  }

  private follow(document: vscode.TextDocument): void {
    if (document.uri.scheme === SCHEME) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      for (const preview of this.of(document.uri)) this.changed.fire(preview.document.uri);
    }, DELAY);
  }

  /** The visible previews of a file. */
  private of(source: vscode.Uri): vscode.TextEditor[] {
    return vscode.window.visibleTextEditors.filter(
      ({ document }) => document.uri.scheme === SCHEME && split(document.uri)[1] === source.toString(),
    );
  }

  /** Marks the lines that belong to that of the cursor: of the manifests, or of the file. */
  private point(editor: vscode.TextEditor): void {
    const line = editor.selection.active.line;
    if (editor.document.uri.scheme === SCHEME) {
      const lines = this.made.get(editor.document.uri.toString())?.lines ?? [];
      const origin = lines.find(([at]) => at === line)?.[1];
      const source = split(editor.document.uri)[1];
      for (const shown of vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === source)) {
        this.paint(shown, origin === undefined ? [] : [origin]);
      }
      return;
    }
    for (const preview of this.of(editor.document.uri)) {
      const lines = this.made.get(preview.document.uri.toString())?.lines ?? [];
      this.paint(preview, lines.filter(([, origin]) => origin === line).map(([at]) => at));
    }
  }

  private paint(editor: vscode.TextEditor, lines: number[]): void {
    editor.setDecorations(this.mark, lines.map((line) => new vscode.Range(line, 0, line, 0)));
    const first = lines[0];
    if (first === undefined) return;
    editor.revealRange(new vscode.Range(first, 0, first, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** The command and the file of a preview. */
function split(uri: vscode.Uri): [string, string] {
  const at = uri.query.indexOf(' ');
  return [uri.query.slice(0, at), uri.query.slice(at + 1)];
}
