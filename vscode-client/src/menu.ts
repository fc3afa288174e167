/** The menu behind the status bar item. */

import { commands, type QuickPickItem, QuickPickItemKind, window } from "vscode";
import type { RunningTask, Status } from "./protocol";
import type { ServerState } from "./server";

interface Entry extends QuickPickItem {
  readonly command?: string;
}

/** Show the menu, and run the chosen entry. */
export async function showMenu(state: ServerState, status: Status | undefined): Promise<void> {
  const title = status === undefined ? "Workhorse" : `Workhorse ${status.version}`;
  const chosen = await window.showQuickPick(entries(state, status), { title, placeHolder: placeHolder(status) });
  if (chosen?.command !== undefined) await commands.executeCommand(chosen.command);
}

/** Return the entries for this state. */
export function entries(state: ServerState, status: Status | undefined): Entry[] {
  const running = state.kind === "running";
  const tasks = status?.running.length ?? 0;
  return [
    ...(running
      ? [
          entry("$(checklist) Show jobs", "workhorse.showJobs", status && `${status.waiting} waiting`),
          ...(tasks > 0
            ? [entry("$(stop-circle) Cancel a running task…", "workhorse.cancelTask", `${tasks} running`)]
            : []),
          entry("$(wand) Actions for the code at the cursor", "workhorse.actionsHere"),
          entry("$(file) Actions for this file", "workhorse.actionsInFile"),
        ]
      : []),
    ...(state.kind === "missing" ? [entry("$(cloud-download) Install the server", "workhorse.installServer")] : []),
    ...(running ? [entry("$(server) Choose the model…", "workhorse.chooseModel", writerOf(status))] : []),
    { label: "", kind: QuickPickItemKind.Separator },
    entry(running ? "$(debug-restart) Restart the server" : "$(play) Start the server", "workhorse.restart"),
    entry("$(output) Show output", "workhorse.showOutput"),
    entry("$(gear) Open settings", "workhorse.openSettings"),
    entry("$(book) Get started", "workhorse.getStarted"),
  ];
}

/** Ask the user to choose among running tasks; a single one is chosen without asking. */
export async function chooseTask(tasks: readonly RunningTask[]): Promise<RunningTask | undefined> {
  if (tasks.length <= 1) return tasks[0];
  const items = tasks.map((task) => ({ label: task.title, description: `${Math.round(task.percentage)} %`, task }));
  return (await window.showQuickPick(items, { title: "Which task is cancelled?" }))?.task;
}

function entry(label: string, command: string, description = ""): Entry {
  return { label, command, description };
}

function writerOf(status: Status | undefined): string {
  return status?.endpoint == null ? "rules" : `${status.model ?? "model"} at ${status.endpoint}`;
}

function placeHolder(status: Status | undefined): string {
  if (status === undefined) return "";
  if (status.endpoint === null) return "No model server answers; rules work alone";
  return `${status.model ?? "model"} at ${status.endpoint}`;
}
