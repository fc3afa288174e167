/** The settings of the user, as the server and this client read them. */

import { homedir } from "node:os";
import { workspace } from "vscode";

/** Those that only this client reads; the server would call them unknown. */
const OURS = new Set(["path", "trace"]);

/** Give `workhorse.path` with `~` and `${workspaceFolder}` filled in; empty where it is not set. */
export function serverPath(): string {
  const text = workspace.getConfiguration("workhorse").get("path", "").trim();
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return text.replace(/^~(?=$|[/\\])/, homedir()).replaceAll("${workspaceFolder}", folder);
}

/** Leave out of the `workhorse` section what only this client reads. */
export function forServer(section: unknown): unknown {
  if (typeof section !== "object" || section === null) return section;
  return Object.fromEntries(Object.entries(section).filter(([name]) => !OURS.has(name)));
}
