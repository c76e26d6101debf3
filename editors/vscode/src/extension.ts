// Starts `relc lsp` for .rel files and values files, and restarts it where its settings change.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand('relc.restart', restart),
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
  const command = program();
  if (!found(command)) {
    await offerSettings(`\`${command}\` is not there, which \`relc.path\` names. Colours and snippets work without it.`);
    return;
  }
  const server: ServerOptions = { command, args: ['lsp'] };
  client = new LanguageClient('relc', 'relc', server, options());
  try {
    await client.start();
  } catch (error) {
    await offerSettings(`\`${command} lsp\` does not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function options(): LanguageClientOptions {
  const values = vscode.workspace.getConfiguration('relc').get<string[]>('values', []);
  return {
    documentSelector: [
      { language: 'relc' },
      ...values.map((pattern) => ({ scheme: 'file', language: 'yaml', pattern })),
    ],
    // Environments, imported files and values that others are merged with.
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/{*.rel,relc.toml,*.yaml,*.yml,*.json}') },
  };
}

/** What `relc.path` says, with what a shell would put in the place of its beginning. */
function program(): string {
  const written = vscode.workspace.getConfiguration('relc').get<string>('path', 'relc').trim() || 'relc';
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const path = written.replaceAll('${workspaceFolder}', folder).replace(/^~(?=[/\\])/, homedir());
  return path === written && !isAbsolute(path) && /[/\\]/.test(path) ? join(folder, path) : path;
}

/** A bare name is looked for where a shell would; the error of a process that cannot start names no setting. */
function found(command: string): boolean {
  if (isAbsolute(command)) return existsSync(command);
  const ends = process.platform === 'win32' ? ['.exe', ''] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => ends.some((end) => existsSync(join(folder, command + end))));
}

async function offerSettings(message: string): Promise<void> {
  const open = 'Open the setting';
  const chosen = await vscode.window.showWarningMessage(`relc: ${message}`, open);
  if (chosen === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'relc.path');
}
