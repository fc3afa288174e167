/** Messages for a missing server, with the next steps. */

import { commands, window } from "vscode";
import type { ServerState } from "./server";

/** A message with one button for each way out. */
export interface Trouble {
  readonly message: string;
  /** Label and command of each button. */
  readonly ways: readonly (readonly [string, string])[];
}

const OUTPUT = ["Show Output", "workhorse.showOutput"] as const;
const SETTINGS = ["Open Settings", "workhorse.setPath"] as const;
const INSTALL = ["Install", "workhorse.installServer"] as const;
const RESTART = ["Restart", "workhorse.restart"] as const;
const PYTHON_NEEDED = "Workhorse needs Python 3.11 or newer, and found none.";

/** Return the message for a state; `undefined` if all is well. */
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

/** The message after a restart. */
export const CRASHED: Trouble = {
  message: "The Workhorse server stopped and was started again. Tasks that were running are lost.",
  ways: [OUTPUT],
};

/** The message for an environment of another version. */
export const OUTDATED: Trouble = {
  message: "The installed Workhorse server is another version than this extension brings.",
  ways: [["Update", "workhorse.installServer"]],
};

/** Show a message; its buttons run their commands. */
export async function tell({ message, ways }: Trouble): Promise<void> {
  const pressed = await window.showWarningMessage(message, ...ways.map(([label]) => label));
  const way = ways.find(([label]) => label === pressed);
  if (way !== undefined) await commands.executeCommand(way[1]);
}
