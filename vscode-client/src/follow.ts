/** Reactions to the server's start, end or failure. */

import { commands, type ExtensionContext } from "vscode";
import type { Workhorse } from "./extension";
import { environmentPython, isOutdated } from "./installation";
import type { Launch } from "./launch";
import { nameOnce } from "./models";
import { StatusRequest } from "./protocol";
import { rememberedModel, rulesOnly } from "./settings";
import { askPython } from "./python";
import type { ServerState } from "./server";
import { CRASHED, OUTDATED, tell, troubleOf } from "./trouble";

/** Keep the status bar, the views and the list of jobs with the server's state, and report trouble. */
export function followServer(context: ExtensionContext, { server, feed, jobs, log, walkthrough }: Workhorse): void {
  let offered = false;
  let named = false;
  const isFirst = () => !offered && (offered = true); // once in a session is enough
  const follow = async (state: ServerState): Promise<void> => {
    await commands.executeCommand("setContext", "workhorse.server", contextOf(state));
    if (state.kind === "running") walkthrough.note("server");
    const client = server.client;
    if (client !== undefined) feed.set(await client.sendRequest(StatusRequest, {}));
    await jobs.refresh();
    const trouble = troubleOf(state);
    if (trouble !== undefined) await tell(trouble);
    else if (state.kind === "running" && (await isOwnAndOutdated(context, state.launch)) && isFirst()) {
      await tell(OUTDATED);
    }
  };
  context.subscriptions.push(
    server.onDidChangeState((state) => {
      feed.set(undefined); // the status of the server before this one
      follow(state).catch((error: unknown) => {
        log.error(String(error));
      });
    }),
    server.onDidCrash(() => {
      void tell(CRASHED);
    }),
    feed.onDidChange((status) => {
      const asks = status !== undefined && status.endpoint !== null && status.running.length > 0 && !rulesOnly();
      if (asks && !named && rememberedModel() === undefined) {
        named = true;
        void nameOnce(status, server).then((chosen) => {
          if (chosen) walkthrough.note("model");
        });
      }
    }),
  );
}

/** Return whether the server runs from our own environment, made by an older extension. */
async function isOwnAndOutdated(context: ExtensionContext, { command }: Launch): Promise<boolean> {
  if (command !== environmentPython(context.globalStorageUri)) return false;
  const version = (await askPython(command))?.workhorse;
  return version != null && isOutdated(version, context.extensionUri);
}

/** The state as the `when` clauses of package.json know it. */
function contextOf(state: ServerState): string {
  switch (state.kind) {
    case "missing":
      return state.python === undefined ? "nopython" : "missing";
    case "running":
    case "starting":
      return state.kind;
    case "stopped":
    case "failed":
    case "wrong path":
      return "stopped";
  }
}
