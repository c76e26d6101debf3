// Finds the program: where the setting names it, in the package, or in PATH.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';

/** Returns the path or name of relc. */
export function program(context: vscode.ExtensionContext): string {
  const written = vscode.workspace.getConfiguration('relc').get<string>('path', 'relc').trim() || 'relc';
  // A package for one platform brings its own.
  const bundled = join(String(context.extensionPath ?? ''), 'bin', process.platform === 'win32' ? 'relc.exe' : 'relc');
  if (written === 'relc' && isAbsolute(bundled) && existsSync(bundled)) return bundled;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const path = written.replaceAll('${workspaceFolder}', folder).replace(/^~(?=[/\\])/, homedir());
  return path === written && !isAbsolute(path) && /[/\\]/.test(path) ? join(folder, path) : path;
}

/** A bare name is searched where a shell would: the error of a process that can't start names no setting. */
export function exists(command: string): boolean {
  if (isAbsolute(command)) return existsSync(command);
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => endings.some((ending) => existsSync(join(folder, command + ending))));
}

/** Reports that relc is missing or doesn't start, with what helps. */
export async function offerHelp(message: string): Promise<void> {
  const [install, setting] = ['How to install it', 'Open the setting'];
  const chosen = await vscode.window.showWarningMessage(`relc: ${message}`, install, setting);
  if (chosen === install) {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'relc.relc#relc.start', false);
  }
  if (chosen === setting) {
    // The setting belongs to the machine that runs relc.
    const page = vscode.env.remoteName ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings';
    await vscode.commands.executeCommand(page, { query: 'relc.path' });
  }
}
