/** The commands of the palette, the menus and the view. */

import { commands, env, type ExtensionContext, Uri, window, workspace } from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient/node";
import { actionCommands } from "./actions";
import type { OpenRegion } from "./diff";
import type { Workhorse } from "./extension";
import { installServer } from "./installation";
import { findPython } from "./launch";
import { chooseTask, showMenu } from "./menu";
import { chooseModel, fillInModel } from "./models";
import { Review, type Subject } from "./review";
import { runInTerminal } from "./terminal";
import { openSample, showWalkthrough } from "./walkthrough";

type Handler = (...given: never[]) => unknown;

/** Register all of them; an error becomes a message. */
export function registerCommands(context: ExtensionContext, workhorse: Workhorse): void {
  const all: Record<string, Handler> = {
    ...reviewCommands(workhorse),
    ...windowCommands(context, workhorse),
  };
  for (const { id, run } of actionCommands(context.extension, workhorse.server)) register(id, run);
  for (const [name, action] of Object.entries(all)) register(`workhorse.${name}`, action);

  function register(id: string, action: Handler): void {
    const guarded = async (...given: unknown[]): Promise<void> => {
      try {
        await action(...(given as never[]));
      } catch (error) {
        workhorse.log.error(error instanceof Error ? error : String(error));
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    };
    context.subscriptions.push(commands.registerCommand(id, guarded));
  }
}

function reviewCommands({ server, jobs, diffs, walkthrough }: Workhorse): Record<string, Handler> {
  const review = new Review(server, jobs, diffs, () => {
    walkthrough.note("review");
  });
  return {
    openDiff: (subject: Subject) => review.openDiff(subject),
    openFile: (subject: Subject) => review.openFile(subject),
    reviewJobs: () => review.reviewNext(),
    approveJob: (subject: Subject) => review.approve(subject),
    rejectJob: (subject: Subject) => review.reject(subject),
    retryJob: (subject: Subject) => review.retry(subject),
    discardJob: (subject: Subject) => review.discard(subject),
    acceptRegion: (subject: OpenRegion | Uri | undefined) => review.decide(regionIn(subject), "accept"),
    rejectRegion: (subject: OpenRegion | Uri | undefined) => review.decide(regionIn(subject), "reject"),
    undecideRegion: (subject: OpenRegion | Uri | undefined) => review.decide(regionIn(subject), "none"),
    nextRegion: () => diffs.step(1),
    previousRegion: () => diffs.step(-1),
    showOver: () => jobs.showOver(true),
    hideOver: () => jobs.showOver(false),
    refreshJobs: () => jobs.refresh(),
    showJobs: () => commands.executeCommand("workhorse.jobs.focus"),
  };
}

/** A lens gives its region, a button in a title bar the document: then it is the region at the cursor. */
function regionIn(subject: OpenRegion | Uri | undefined): OpenRegion | undefined {
  return subject instanceof Uri ? undefined : subject;
}

function windowCommands(context: ExtensionContext, workhorse: Workhorse): Record<string, Handler> {
  const { server, feed, log, walkthrough } = workhorse;
  const folder = () => workspace.workspaceFolders?.[0]?.uri.fsPath;
  return {
    actionsHere: () => showActions("editor.action.refactor", "refactor.rewrite.workhorse"),
    actionsInFile: () => showActions("editor.action.sourceAction", "source.workhorse"),
    cancelTask: () => cancelTask(workhorse),
    menu: () => showMenu(server.state, feed.latest),
    startModelServer: () => runInTerminal(server.state, "Start Model Server", ["up"], folder()),
    stopModelServer: () => runInTerminal(server.state, "Stop Model Server", ["down"], folder()),
    chooseModel: async () => {
      if (await chooseModel(server)) walkthrough.note("model");
    },
    fillInModel: async () => {
      if (await fillInModel(server)) walkthrough.note("model");
    },
    doctor: () => runInTerminal(server.state, "Doctor", ["doctor"], folder()),
    installServer: () => installAndStart(context, workhorse),
    restart: () => server.restart(),
    showOutput: () => {
      log.show(true);
    },
    openSettings: () => commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    setPath: () => openSetting("workhorse.path"),
    getStarted: () => showWalkthrough(context, walkthrough),
    openSample: () => openSample(),
  };
}

/** Open the page of a setting that belongs to this machine: in a remote window it is among that machine's. */
async function openSetting(query: string): Promise<void> {
  const page = env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
  await commands.executeCommand(`workbench.action.${page}`, { query });
}

async function showActions(command: string, kind: string): Promise<void> {
  await commands.executeCommand(command, { kind, apply: "never" });
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
