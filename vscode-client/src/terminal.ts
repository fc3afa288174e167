/** The commands of the command line that have no window of their own: they run in a terminal, to be read. */

import { dirname, join } from "node:path";
import { homedir } from "node:os";
import { type Terminal, window } from "vscode";
import type { Launch } from "./launch";
import { isFile } from "./python";
import type { ServerState } from "./server";

/** Run a command of `workhorse` that belongs to the running server. */
export function runInTerminal(state: ServerState, name: string, words: readonly string[], folder?: string): Terminal {
  if (state.kind !== "running") throw new Error("The Workhorse server is not running.");
  const { command, args } = commandLine(state.launch, words);
  const cwd = folder ?? homedir();
  const terminal = window.createTerminal({ name: `Workhorse: ${name}`, cwd });
  terminal.show(true);
  terminal.sendText([command, ...args].map(quoted).join(" "));
  return terminal;
}

/** The program beside the interpreter that runs the server, or the server's own program. */
function commandLine({ command, args }: Launch, words: readonly string[]): { command: string; args: string[] } {
  if (args[0] === "lsp") return { command, args: [...words] };
  const names = process.platform === "win32" ? ["workhorse.exe", "workhorse.bat"] : ["workhorse"];
  const program = names.map((name) => join(dirname(command), name)).find((path) => isFile(path));
  if (program === undefined) throw new Error(`There is no workhorse beside ${command}.`);
  return { command: program, args: [...words] };
}

function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word}"`;
}
