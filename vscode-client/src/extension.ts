/** The entry point: makes the parts, connects them, and starts the server. */

import {
  Disposable,
  type ExtensionContext,
  languages,
  type LogOutputChannel,
  type Uri,
  window,
  workspace,
} from "vscode";
import { WorkDoneProgressCancelNotification } from "vscode-languageclient/node";
import { registerCommands } from "./commands";
import { Diffs, SCHEME } from "./diff";
import { JobList } from "./jobList";
import { JobTree } from "./jobTree";
import { followServer } from "./follow";
import { findServer } from "./launch";
import { listen } from "./listen";
import { pythonExtension } from "./python";
import { suggestModels } from "./modelSuggestions";
import { StatusRequest } from "./protocol";
import { Server } from "./server";
import { StatusBar } from "./statusBar";
import { StatusFeed } from "./statusFeed";
import { ReviewLenses } from "./reviewLenses";
import { TaskProgress } from "./taskProgress";
import { Walkthrough } from "./walkthrough";

/** The parts, as commands and the tests use them. */
export interface Workhorse {
  readonly log: LogOutputChannel;
  readonly storage: Uri;
  readonly server: Server;
  readonly feed: StatusFeed;
  readonly bar: StatusBar;
  readonly jobs: JobList;
  readonly tree: JobTree;
  readonly diffs: Diffs;
  readonly walkthrough: Walkthrough;
}

/** Called by VS Code once, when a Python file is open or one of our commands or views is used. */
export function activate(context: ExtensionContext): Workhorse {
  const workhorse = assemble(context);
  const { server, feed, bar, jobs, tree, diffs, log } = workhorse;
  context.subscriptions.push(
    log,
    server,
    feed,
    bar,
    jobs,
    diffs,
    showJobs(tree, jobs, feed),
    workspace.registerTextDocumentContentProvider(SCHEME, diffs),
    suggestModels(server),
    languages.registerCodeLensProvider({ scheme: SCHEME }, new ReviewLenses(diffs)),
    feed.onDidChange((status) => {
      bar.show(server.state, status);
    }),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("workhorse.path")) void server.restart();
      else if (change.affectsConfiguration("workhorse")) void applySettings(workhorse);
    }),
  );
  followServer(context, workhorse);
  registerCommands(context, workhorse);
  bar.show(server.state, undefined);
  void server.restart();
  void followPython(context, server);
  return workhorse;
}

/** Nothing to do: VS Code disposes of what was pushed, and the server ends with its input. */
export function deactivate(): void {
  // see above
}

/** Show the view of the jobs, with the number of those that wait on its icon. */
function showJobs(tree: JobTree, jobs: JobList, feed: StatusFeed): Disposable {
  const view = window.createTreeView("workhorse.jobs", { treeDataProvider: tree, showCollapseAll: true });
  const count = (): void => {
    const value = feed.latest?.waiting ?? 0;
    view.badge = value === 0 ? undefined : { value, tooltip: value === 1 ? "1 job waits" : `${value} jobs wait` };
  };
  return Disposable.from(view, feed.onDidChange(count), jobs.onDidChange(count));
}

function assemble(context: ExtensionContext): Workhorse {
  const log = window.createOutputChannel("Workhorse", { log: true });
  const feed = new StatusFeed();
  const progress = new TaskProgress((token) => {
    void server.client?.sendNotification(WorkDoneProgressCancelNotification.type, { token });
  });
  const server: Server = new Server(context, log, progress, (client) => {
    listen(client, { feed, jobs, diffs, walkthrough });
  });
  const walkthrough = new Walkthrough();
  const jobs = new JobList(server);
  const diffs = new Diffs(server);
  return {
    log,
    storage: context.globalStorageUri,
    server,
    feed,
    bar: new StatusBar(),
    jobs,
    tree: new JobTree(jobs),
    diffs,
    walkthrough,
  };
}

/** Send changed settings, and request the status: the model may be another. */
async function applySettings({ server, feed }: Workhorse): Promise<void> {
  await server.sendSettings();
  const status = await server.client?.sendRequest(StatusRequest, {});
  if (status !== undefined) feed.set(status);
}

/** Restart the server when the user chooses another interpreter that would change the server's. */
async function followPython(context: ExtensionContext, server: Server): Promise<void> {
  const api = await pythonExtension();
  const listener = api?.environments.onDidChangeActiveEnvironmentPath(() => {
    void restartIfMoved(context, server);
  });
  if (listener !== undefined) context.subscriptions.push(listener);
}

async function restartIfMoved(context: ExtensionContext, server: Server): Promise<void> {
  const found = await findServer(context.globalStorageUri, workspace.workspaceFolders?.[0]?.uri);
  const { state } = server;
  const same = state.kind === "running" && found.kind === "launch" && found.command === state.launch.command;
  if (!same) await server.restart();
}
