/** What the user is told when there is no server, and what can be done about it. */

import { commands, window } from "vscode";
import type { ServerState } from "./server";

/** A message with one button for each way out. */
export interface Trouble {
  readonly message: string;
  /** Label and command of each button. */
  readonly ways: readonly (readonly [string, string])[];
}

const OUTPUT = ["Show Output", "workhorse.showOutput"] as const;
const SETTINGS = ["Open Settings", "workhorse.openSettings"] as const;
const INSTALL = ["Install", "workhorse.installServer"] as const;
const RESTART = ["Restart", "workhorse.restart"] as const;
const PYTHON_NEEDED = "Workhorse needs Python 3.11 or newer, and found none.";

/** Say what is wrong with a state; `undefined` where nothing is. */
export function troubleOf(state: ServerState): Trouble | undefined {
  switch (state.kind) {
    case "missing":
      if (state.python === undefined) return { message: PYTHON_NEEDED, ways: [SETTINGS] };
      return { message: "The Workhorse server is not installed.", ways: [INSTALL, SETTINGS] };
    case "wrong path":
      return { message: state.message, ways: [SETTINGS] };
    case "failed":
      return { message: state.message, ways: [RESTART, OUTPUT] };
    case "stopped":
    case "starting":
    case "running":
      return undefined;
  }
}

/** Say that the server ended by itself and was started again. */
export const CRASHED: Trouble = {
  message: "The Workhorse server stopped and was started again. Tasks that were running are lost.",
  ways: [OUTPUT],
};

/** Say that our own environment holds another version than this extension was made with. */
export const OUTDATED: Trouble = {
  message: "The installed Workhorse server is another version than this extension brings.",
  ways: [["Update", "workhorse.installServer"]],
};

/** Show it; the button that is pressed does what it says. */
export async function tell({ message, ways }: Trouble): Promise<void> {
  const pressed = await window.showWarningMessage(message, ...ways.map(([label]) => label));
  const way = ways.find(([label]) => label === pressed);
  if (way !== undefined) await commands.executeCommand(way[1]);
}
