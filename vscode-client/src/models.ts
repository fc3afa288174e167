/** The choice of a model, in sight: the servers that answer and their models, and what this workspace remembers. */

import { ConfigurationTarget, type QuickPickItem, QuickPickItemKind, window, workspace } from "vscode";
import { ModelsRequest, type ModelServer, type Status } from "./protocol";
import type { Server } from "./server";
import { REMEMBERED, type Remembered, workspaceKey } from "./settings";

const GIGA = 1e9;

interface ModelItem extends QuickPickItem {
  /** `null` forgets the choice, a server without a model lets the server choose. */
  readonly choice?: Remembered | null;
}

/** Ask the user for a model, and remember it for this workspace in the user's own settings. */
export async function chooseModel(server: Server): Promise<boolean> {
  const client = server.client;
  if (client === undefined) throw new Error("The Workhorse server is not running.");
  const { servers } = await client.sendRequest(ModelsRequest, {});
  const items: ModelItem[] = [
    ...servers.flatMap(itemsOf),
    { label: "", kind: QuickPickItemKind.Separator },
    { label: "$(discard) As in your configuration, or found on this machine", choice: null },
  ];
  const title = servers.length === 0 ? "No model server answers" : "Which model writes in this workspace?";
  const chosen = await window.showQuickPick(items, { title });
  if (chosen?.choice === undefined) return false;
  await remember(chosen.choice);
  return true;
}

/** Name the server and the model once in a workspace, before the first task asks them. */
export async function nameOnce(status: Status, server: Server): Promise<void> {
  if (status.endpoint === null) return;
  const words = `Workhorse asks ${status.model ?? "the model"} at ${status.endpoint} in this workspace.`;
  const pressed = await window.showInformationMessage(words, "Use It", "Choose Another…", "Rules Only");
  if (pressed === "Use It") await remember({ url: status.endpoint, ...(status.model && { model: status.model }) });
  else if (pressed === "Choose Another…") await chooseModel(server);
  else if (pressed === "Rules Only")
    await workspace.getConfiguration("workhorse").update("engine", "rules", ConfigurationTarget.Global);
}

function itemsOf({ endpoint, kind, models }: ModelServer): ModelItem[] {
  return [
    { label: `${kind} at ${endpoint}`, kind: QuickPickItemKind.Separator },
    ...models.map(({ name, size, loaded }) => ({
      label: name,
      description: [size > 0 ? `${(size / GIGA).toFixed(1)} GB` : "", loaded ? "loaded" : ""]
        .filter(Boolean)
        .join(" · "),
      choice: { url: endpoint, model: name },
    })),
  ];
}

async function remember(choice: Remembered | null): Promise<void> {
  const configuration = workspace.getConfiguration("workhorse");
  const known = configuration.inspect<Record<string, Remembered>>(REMEMBERED)?.globalValue ?? {};
  const others = Object.fromEntries(Object.entries(known).filter(([key]) => key !== workspaceKey()));
  const all = choice === null ? others : { ...others, [workspaceKey()]: choice };
  await configuration.update(REMEMBERED, all, ConfigurationTarget.Global);
}
