// Starts `relc lsp` for .rel files and values files, and restarts it when its settings change.

import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State } from 'vscode-languageclient/node';

import { Previews } from './preview';
import { exists, offerHelp, program } from './program';

let client: LanguageClient | undefined;
let previews: Previews | undefined;
let context: vscode.ExtensionContext;

export async function activate(activated: vscode.ExtensionContext): Promise<void> {
  context = activated;
  previews = new Previews(() => client);
  context.subscriptions.push(
    previews,
    vscode.commands.registerCommand('relc.restart', restart),
    vscode.commands.registerCommand('relc.runTest', runTest),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration('relc.path') || change.affectsConfiguration('relc.values')) await restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function restart(): Promise<void> {
  await stop();
  await start();
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  if (running?.state === State.Running) await running.stop();
  await running?.dispose();
}

async function start(): Promise<void> {
  const command = program(context);
  if (!exists(command)) {
    const where = /[/\\]/.test(command) ? `\`${command}\` does not exist` : `\`${command}\` is not in PATH`;
    await offerHelp(`${where}. Install relc, or set \`relc.path\` to its path. Highlighting and snippets work without it.`);
    return;
  }
  const server: ServerOptions = { command, args: ['lsp'] };
  client = new LanguageClient('relc', 'relc', server, options());
  try {
    await client.start();
  } catch (error) {
    await offerHelp(`\`${command} lsp\` does not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function options(): LanguageClientOptions {
  const configuration = vscode.workspace.getConfiguration('relc');
  const values = configuration.get<string[]>('values', []);
  const setting = (name: string) => configuration.get<boolean>(name, true);
  return {
    documentSelector: [
      { language: 'relc' },
      ...values.flatMap((pattern) => ['yaml', 'helm'].map((language) => ({ language, pattern }))),
    ],
    initializationOptions: {
      inlayHints: setting('inlayHints'),
      codeLens: setting('codeLens'),
      workspaceDiagnostics: setting('workspaceDiagnostics'),
      runTest: true,
      // A preview shows what a command makes.
      showDocuments: false,
    },
    synchronize: { configurationSection: 'relc' },
    middleware: {
      // What a command makes is shown next to the file, and follows it.
      executeCommand: async (command, args, next) =>
        (await previews?.show(command, args)) ?? next(command, args),
    },
  };
}

/** Runs the tests of a file in a terminal. */
function runTest(uri: string): void {
  const terminal = vscode.window.createTerminal({ name: 'relc test' });
  terminal.show();
  terminal.sendText(`${program(context)} test '${vscode.Uri.parse(uri).fsPath.replaceAll("'", "'\\''")}'`);
}
