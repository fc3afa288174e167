/** The choice of a model, in sight: the servers that answer and their models, and what this workspace remembers. */

import { ConfigurationTarget, type QuickPickItem, QuickPickItemKind, window, workspace } from "vscode";
import { type ListedModel, ModelsRequest, type ModelServer, type Status } from "./protocol";
import type { Server } from "./server";
import { REMEMBERED, type Remembered, workspaceKey } from "./settings";

const GIGA = 1e9;
const MEGA = 1e6;

interface ModelItem extends QuickPickItem {
  /** `null` forgets the choice, a server without a model lets the server choose. */
  readonly choice?: Remembered | null;
}

/** Ask the user for a model, and remember it for this workspace in the user's own settings. */
export async function chooseModel(server: Server): Promise<boolean> {
  const choice = await pickModel(server, "Which model writes in this workspace?");
  if (choice === undefined) return false;
  await remember(choice);
  return true;
}

/** Ask the user for a model, and put it into the settings `url` and `model`: the links beside them. */
export async function fillInModel(server: Server): Promise<boolean> {
  const choice = await pickModel(server, "Which model writes where a workspace has none of its own?");
  if (choice === undefined) return false;
  const configuration = workspace.getConfiguration("workhorse");
  await configuration.update("url", choice?.url, ConfigurationTarget.Global);
  await configuration.update("model", choice?.model, ConfigurationTarget.Global);
  await remember(null); // or this workspace would go on with its own
  return true;
}

/** Return the model servers that answer, with their models. */
export async function findModels(server: Server): Promise<readonly ModelServer[]> {
  if (server.client === undefined) throw new Error("The Workhorse server is not running.");
  return (await server.client.sendRequest(ModelsRequest, {})).servers;
}

/** Return a model's size, where the server gives it, and whether it is loaded. */
export function describeModel({ size, loaded }: ListedModel): string {
  const amount = size < GIGA ? `${Math.ceil(size / MEGA)} MB` : `${(size / GIGA).toFixed(1)} GB`;
  return [size > 0 ? amount : "", loaded ? "loaded" : ""].filter(Boolean).join(" · ");
}

async function pickModel(server: Server, question: string): Promise<Remembered | null | undefined> {
  const servers = await findModels(server);
  const items: ModelItem[] = [
    ...servers.flatMap(itemsOf),
    { label: "", kind: QuickPickItemKind.Separator },
    { label: "$(discard) As in your configuration, or found on this machine", choice: null },
  ];
  const title = servers.length === 0 ? "No model server answers" : question;
  return (await window.showQuickPick(items, { title }))?.choice;
}

/** Name the server and the model once in a workspace, before the first task asks them; return whether one was chosen. */
export async function nameOnce(status: Status, server: Server): Promise<boolean> {
  if (status.endpoint === null) return false;
  const words = `Workhorse asks ${status.model ?? "the model"} at ${status.endpoint} in this workspace.`;
  const pressed = await window.showInformationMessage(words, "Use It", "Choose Another…", "Rules Only");
  if (pressed === "Choose Another…") return await chooseModel(server);
  if (pressed === "Use It") await remember({ url: status.endpoint, ...(status.model && { model: status.model }) });
  else if (pressed === "Rules Only")
    await workspace.getConfiguration("workhorse").update("engine", "rules", ConfigurationTarget.Global);
  return pressed !== undefined;
}

function itemsOf({ endpoint, kind, models }: ModelServer): ModelItem[] {
  return [
    { label: `${kind} at ${endpoint}`, kind: QuickPickItemKind.Separator },
    ...models.map((model) => ({
      label: model.name,
      description: describeModel(model),
      choice: { url: endpoint, model: model.name },
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
