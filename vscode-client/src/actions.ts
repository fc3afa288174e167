/** The actions of Workhorse as commands: package.json lists them, made from the core's catalog by `make docs`. */

import { type Extension, FileType, type TextEditor, Uri, window, workspace } from "vscode";
import { ExecuteCommandRequest, type LanguageClient } from "vscode-languageclient/node";
import type { Server } from "./server";

const COMMAND = /^workhorse\.do\.(?<action>\w+)\.(?<scope>region|file|folder)$/;
type Scope = "region" | "file" | "folder";

/** A command of an action: what it is called, and what it does with the files chosen in the explorer. */
export interface ActionCommand {
  readonly id: string;
  readonly run: (uri?: Uri, chosen?: readonly Uri[]) => Promise<void>;
}

interface Contributed {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
}

/** Make the commands that package.json lists. */
export function actionCommands({ packageJSON }: Extension<unknown>, server: Server): ActionCommand[] {
  const last = new LastEditor();
  return (packageJSON as Contributed).contributes.commands.flatMap(({ command, title }) => {
    const { action, scope } = COMMAND.exec(command)?.groups ?? {};
    if (action === undefined || scope === undefined) return [];
    const run = async (uri?: Uri, chosen?: readonly Uri[]): Promise<void> => {
      const client = server.client;
      if (client === undefined) throw new Error("The Workhorse server is not running.");
      if (scope === "region") await runHere(client, action, title, await last.show());
      else await runOn(client, action, title, scope as Scope, subjects(uri, chosen, last.editor));
    };
    return [{ id: command, run }];
  });
}

async function runHere(client: LanguageClient, action: string, title: string, editor: TextEditor): Promise<void> {
  const range = client.code2ProtocolConverter.asRange(editor.selection);
  await send(client, { action, title, scope: "region", uri: editor.document.uri.toString(), range });
}

async function runOn(client: LanguageClient, action: string, title: string, scope: Scope, uris: Uri[]): Promise<void> {
  if (uris.length === 0) throw new Error("Open a file, or choose files or folders in the explorer.");
  for (const { isFolder, group } of await byKind(uris, scope)) {
    const names = group.map((uri) => uri.toString());
    await send(client, { action, title, scope: isFolder ? "folder" : "file", uri: names[0], uris: names });
  }
}

/** Folders and files apart; for the scope "folder" a file stands for the folder that it is in. */
async function byKind(uris: readonly Uri[], scope: Scope): Promise<{ isFolder: boolean; group: Uri[] }[]> {
  const kinds = await Promise.all(uris.map(async (uri) => isFolderAt(uri)));
  const folders = uris.filter((_, place) => kinds[place]);
  const files = uris.filter((_, place) => !kinds[place]);
  const around = scope === "folder" ? files.map((uri) => Uri.joinPath(uri, "..")) : [];
  const groups = [
    { isFolder: true, group: [...folders, ...around] },
    { isFolder: false, group: scope === "folder" ? [] : files },
  ];
  return groups.filter(({ group }) => group.length > 0);
}

async function isFolderAt(uri: Uri): Promise<boolean> {
  if (uri.scheme !== "file") return false;
  return ((await workspace.fs.stat(uri)).type & FileType.Directory) !== 0;
}

/** What was chosen in the explorer, else the file in the editor, else the folder of the window. */
function subjects(uri: Uri | undefined, chosen: readonly Uri[] | undefined, editor: TextEditor | undefined): Uri[] {
  if (chosen !== undefined && chosen.length > 0) return [...chosen];
  const alone = uri ?? editor?.document.uri ?? workspace.workspaceFolders?.[0]?.uri;
  return alone === undefined ? [] : [alone];
}

async function send(client: LanguageClient, argument: object): Promise<void> {
  await client.sendRequest(ExecuteCommandRequest.type, { command: "workhorse.run", arguments: [argument] });
}

/** The editor that was used last: a button of the walkthrough is pressed where no editor is active. */
class LastEditor {
  private last = window.activeTextEditor;

  constructor() {
    window.onDidChangeActiveTextEditor((editor) => {
      if (editor?.document.languageId === "python") this.last = editor;
    });
  }

  get editor(): TextEditor | undefined {
    const active = window.activeTextEditor;
    return active ?? (this.last?.document.isClosed === false ? this.last : undefined);
  }

  async show(): Promise<TextEditor> {
    const { editor } = this;
    if (editor === undefined) throw new Error("Open a Python file first, and put the cursor on a function.");
    if (editor === window.activeTextEditor) return editor;
    return await window.showTextDocument(editor.document, { selection: editor.selection });
  }
}
