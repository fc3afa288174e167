/** The settings of the user, as the server and this client read them. */

import { homedir } from "node:os";
import { workspace } from "vscode";

/** Return `workhorse.path` with `~` and `${workspaceFolder}` expanded; empty if it is not set. */
export function serverPath(): string {
  const text = workspace.getConfiguration("workhorse").get("path", "").trim();
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return text.replace(/^~(?=$|[/\\])/, homedir()).replaceAll("${workspaceFolder}", folder);
}

/** Return whether the user's setting excludes models. */
export function rulesOnly(): boolean {
  return workspace.getConfiguration("workhorse").get("engine") === "rules";
}

/** Return the section `workhorse` in the server's form: an empty field of the settings page is null. */
export function forServer(section: unknown): unknown {
  if (section === "") return null;
  if (typeof section !== "object" || section === null) return section;
  return Object.fromEntries(Object.entries(section).map(([name, value]) => [name, forServer(value)]));
}
