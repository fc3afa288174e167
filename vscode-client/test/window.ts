/** Helpers for the window in which the tests run. */

import assert from "node:assert/strict";
import { extensions, type TreeItem } from "vscode";
import type { Workhorse } from "../src/extension";
import type { Node } from "../src/jobTree";
import type { ServerState } from "../src/server";

/** Start the extension as VS Code would, and return its parts. */
export async function activate(): Promise<Workhorse> {
  const extension = extensions.getExtension<Workhorse>("workhorse.workhorse");
  assert.ok(extension, "the extension is not installed");
  return await extension.activate();
}

/** Wait until a question has an answer that is neither false nor undefined. */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | undefined | false,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) {
      throw new Error(`this did not happen in ${seconds} s: ${typeof what === "string" ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Wait until the server is in a state. */
export async function untilState<K extends ServerState["kind"]>(
  { server }: Workhorse,
  kind: K,
): Promise<Extract<ServerState, { kind: K }>> {
  const what = () => `the server is ${kind}; it is ${JSON.stringify(server.state)}`;
  return await until(what, () => {
    const state = server.state;
    return state.kind === kind ? (state as Extract<ServerState, { kind: K }>) : undefined;
  });
}

/** Return the whole view as lines, each node's label and description, indented by depth. */
export function drawTree({ tree }: Workhorse, node?: Node, depth = 0): string[] {
  return tree.getChildren(node).flatMap((child) => {
    const line = "  ".repeat(depth) + words(tree.getTreeItem(child));
    return [line, ...drawTree({ tree } as Workhorse, child, depth + 1)];
  });
}

function words(item: TreeItem): string {
  const label = typeof item.label === "object" ? item.label.label : item.label;
  const name = label ?? item.resourceUri?.path.split("/").pop() ?? "";
  return [name, item.description].filter((part) => typeof part === "string" && part !== "").join(" | ");
}

/** The id of the server's process, for tests that end it. */
export function serverProcess({ server }: Workhorse): number {
  const client = server.client as unknown as { _serverProcess?: { pid: number } } | undefined;
  assert.ok(client?._serverProcess, "no server runs");
  return client._serverProcess.pid;
}
