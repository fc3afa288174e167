/** The settings of the user, as the server and this client read them. */

import { homedir } from "node:os";
import { workspace } from "vscode";

/** Give `workhorse.path` with `~` and `${workspaceFolder}` filled in; empty where it is not set. */
export function serverPath(): string {
  const text = workspace.getConfiguration("workhorse").get("path", "").trim();
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return text.replace(/^~(?=$|[/\\])/, homedir()).replaceAll("${workspaceFolder}", folder);
}

/** Whether the user wants no model to be asked. */
export function rulesOnly(): boolean {
  return workspace.getConfiguration("workhorse").get("engine") === "rules";
}

/** Give the section `workhorse` as the server wants it: what a field of the settings page leaves empty is null. */
export function forServer(section: unknown): unknown {
  if (section === "") return null;
  if (typeof section !== "object" || section === null) return section;
  return Object.fromEntries(Object.entries(section).map(([name, value]) => [name, forServer(value)]));
}
