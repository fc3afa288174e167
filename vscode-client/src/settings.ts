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

/** The user's own setting that holds the model of each workspace; a workspace cannot set it. */
export const REMEMBERED = "workspaceModels";

/** The model that was chosen for a workspace. */
export interface Remembered {
  readonly url: string;
  readonly model?: string;
}

/** The name of this workspace in that setting: its file, or its first folder. */
export function workspaceKey(): string {
  return (workspace.workspaceFile ?? workspace.workspaceFolders?.[0]?.uri)?.fsPath ?? "";
}

/** The model that this workspace remembers; `undefined` if none was chosen. */
export function rememberedModel(): Remembered | undefined {
  const all = workspace.getConfiguration("workhorse").inspect<Record<string, Remembered>>(REMEMBERED)?.globalValue;
  return all?.[workspaceKey()];
}

/** Return the section `workhorse` in the server's form: with the model of this workspace, and null for empty fields. */
export function forServer(section: unknown): unknown {
  if (typeof section !== "object" || section === null) return withoutBlanks(section);
  const given = Object.fromEntries(Object.entries(section).filter(([name]) => name !== REMEMBERED));
  const chosen = rememberedModel();
  const model = chosen && { url: chosen.url, model: chosen.model ?? null };
  return { ...(withoutBlanks(given) as Record<string, unknown>), ...model };
}

function withoutBlanks(value: unknown): unknown {
  if (value === "") return null;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutBlanks(each)]));
}
