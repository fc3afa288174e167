/** The commands of the palette, the menus and the view. */

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient/node";
import type { Workhorse } from "./extension";
import { installServer } from "./installation";
import { findPython } from "./launch";
import { chooseTask, showMenu } from "./menu";
import { Review, type Subject } from "./review";
import type { Server } from "./server";

/** The time until the walkthrough reads context keys after it was opened, in milliseconds. */
const WALKTHROUGH_MS = 1_000;

/** Register all of them; an error becomes a message. */
export function registerCommands(context: ExtensionContext, workhorse: Workhorse): void {
  const { server, feed, jobs, diffs, log } = workhorse;
  const review = new Review(server, jobs, diffs);
  const all: Record<string, (subject: Subject) => unknown> = {
    actionsHere: () => showActions("editor.action.refactor", "refactor.rewrite.workhorse"),
    actionsInFile: () => showActions("editor.action.sourceAction", "source.workhorse"),
    showJobs: () => commands.executeCommand("workhorse.jobs.focus"),
    refreshJobs: () => jobs.refresh(),
    openDiff: (subject) => review.openDiff(subject),
    openFile: (subject) => review.openFile(subject),
    approveJob: (subject) => review.approve(subject),
    rejectJob: (subject) => review.reject(subject),
    retryJob: (subject) => review.retry(subject),
    discardJob: (subject) => review.discard(subject),
    cancelTask: () => cancelTask(workhorse),
    menu: () => showMenu(server.state, feed.latest),
    installServer: () => installAndStart(context, workhorse),
    restart: () => server.restart(),
    showOutput: () => {
      log.show(true);
    },
    openSettings: () => commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    getStarted: () => showWalkthrough(context, server),
  };
  for (const [name, action] of Object.entries(all)) {
    const guarded = async (subject?: Subject): Promise<void> => {
      try {
        await action(subject);
      } catch (error) {
        log.error(error instanceof Error ? error : String(error));
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    };
    context.subscriptions.push(commands.registerCommand(`workhorse.${name}`, guarded));
  }
}

async function showActions(command: string, kind: string): Promise<void> {
  await commands.executeCommand(command, { kind, apply: "never" });
}

/** VS Code ticks a step when its context becomes true, and not when it was before the walkthrough was first shown. */
async function showWalkthrough(context: ExtensionContext, server: Server): Promise<void> {
  await commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`);
  await new Promise((resolve) => setTimeout(resolve, WALKTHROUGH_MS));
  await commands.executeCommand("setContext", "workhorse.seenRunning", server.state.kind === "running");
}

async function cancelTask({ server, feed }: Workhorse): Promise<void> {
  const task = await chooseTask(feed.latest?.running ?? []);
  if (task === undefined) return;
  const argument = { task: task.task };
  await server.client?.sendRequest(ExecuteCommandRequest.type, { command: "workhorse.cancel", arguments: [argument] });
}

async function installAndStart(context: ExtensionContext, { server, log }: Workhorse): Promise<void> {
  await server.stop(); // it may run from the environment that is made anew
  const python = await findPython(workspace.workspaceFolders?.[0]?.uri);
  const outcome = await installServer(python, context.extensionUri, context.globalStorageUri, log);
  if (outcome === "failed") {
    const pressed = await window.showErrorMessage("The Workhorse server could not be installed.", "Show Output");
    if (pressed !== undefined) log.show(true);
  }
  await server.restart();
}
