/** The diff of a job, side by side: the text before the draft, and the text after it. */

import {
  commands,
  type Disposable,
  EventEmitter,
  Range,
  type Tab,
  TabInputTextDiff,
  type TextDocumentContentProvider,
  type TextDocumentShowOptions,
  Uri,
  window,
  workspace,
} from "vscode";
import { type Diff, DiffRequest, type FileDiff, type JobId, type RegionDiff } from "./protocol";
import type { Server } from "./server";

export const SCHEME = "workhorse";
type Side = "before" | "after";

interface Place extends JobId {
  readonly side: Side;
}

/** The region to show, by its path, name and first line before the change; the first undecided one if left out. */
export interface Shown {
  readonly path: string;
  readonly name?: string;
  readonly first?: number;
}

/** A region of a diff that is open, and the diff. */
export interface OpenRegion {
  readonly diff: Diff;
  readonly region: RegionDiff;
}

export class Diffs implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly reloaded = new EventEmitter<undefined>();
  private readonly known = new Map<string, Promise<Diff>>();
  /** The version of each job that this window has shown: what its user may approve. */
  private readonly read = new Map<string, string>();
  readonly onDidChange = this.changed.event;
  /** Fires when the diffs, or the decisions on their regions, may be others. */
  readonly onDidReload = this.reloaded.event;

  constructor(private readonly server: Server) {}

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const place = placeOf(uri);
    const { files } = await this.ask(place);
    return files.find(({ path }) => path === uri.path.slice(1))?.[place.side] ?? "";
  }

  /** Open a job's diff side by side, with a change in view: the named one, or the first that is not decided. */
  async show(id: JobId, shown?: Shown): Promise<void> {
    const diff = await this.ask(id);
    const file = diff.files.find(({ path }) => path === shown?.path) ?? diff.files.find(isOpen) ?? diff.files[0];
    if (file === undefined) return;
    const named = file.regions.find(({ name, first }) => name === shown?.name && first === shown.first);
    const region = named ?? file.regions.find(({ mark }) => mark === null) ?? file.regions[0];
    const options: TextDocumentShowOptions = { preview: true };
    if (region !== undefined) options.selection = new Range(region.after.first, 0, region.after.first, 0);
    const sides = [sideUri(id, file, "before"), sideUri(id, file, "after")] as const;
    await commands.executeCommand("vscode.diff", ...sides, titleOf(diff, file), options);
    this.read.set(keyOf(id), diff.version);
  }

  /** The version of a job that was shown in this window. */
  versionRead(id: JobId): string | undefined {
    return this.read.get(keyOf(id));
  }

  /** The regions of a document of a diff, in its order; none on the side before the change. */
  async regionsOf(uri: Uri): Promise<OpenRegion[]> {
    const place = placeOf(uri);
    if (place.side === "before") return [];
    const diff = await this.ask(place);
    const file = diff.files.find(({ path }) => path === uri.path.slice(1));
    return (file?.regions ?? []).map((region) => ({ diff, region }));
  }

  /** The region around the cursor of an open diff, or the next one above it; `undefined` in other documents. */
  async regionAtCursor(): Promise<OpenRegion | undefined> {
    const editor = window.activeTextEditor;
    if (editor === undefined || jobOfDocument(editor.document.uri) === undefined) return undefined;
    const after = editor.document.uri.with({ query: queryOf({ ...placeOf(editor.document.uri), side: "after" }) });
    const regions = await this.regionsOf(after);
    const line = editor.selection.active.line;
    return regions.filter(({ region }) => region.after.first <= line + 1).at(-1) ?? regions[0];
  }

  /** Go to the next or the previous region, over the ends of files. */
  async step(by: 1 | -1): Promise<void> {
    const here = await this.regionAtCursor();
    if (here === undefined) return;
    const all = here.diff.files.flatMap((file) => file.regions.map((region) => ({ ...region, path: file.path })));
    const now = all.findIndex(({ name, first, path }) => {
      return name === here.region.name && first === here.region.first && path === pathOfActive();
    });
    const next = all[(now + by + all.length) % all.length];
    if (next !== undefined) await this.show(here.diff, next);
  }

  /** Reload the open diffs: a retry makes another draft. */
  refresh(): void {
    this.known.clear();
    for (const { uri } of workspace.textDocuments) if (uri.scheme === SCHEME) this.changed.fire(uri);
    this.reloaded.fire(undefined);
  }

  /** Close the diffs of a job that is over. */
  async close(id: JobId): Promise<void> {
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    await window.tabGroups.close(tabs.filter((tab) => shows(tab, id)));
  }

  dispose(): void {
    this.changed.dispose();
    this.reloaded.dispose();
  }

  /** The sides of a file come one by one; the server is asked once. */
  private ask({ job, folder }: JobId): Promise<Diff> {
    const key = keyOf({ job, folder });
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const client = this.server.client;
    if (client === undefined) return Promise.reject(new Error("The Workhorse server is not running."));
    const diff = client.sendRequest(DiffRequest, { job, folder });
    this.known.set(key, diff);
    diff.catch(() => this.known.delete(key));
    return diff;
  }
}

/** The job that a document of a diff belongs to; `undefined` for any other document. */
export function jobOfDocument(uri: Uri): JobId | undefined {
  return uri.scheme === SCHEME ? placeOf(uri) : undefined;
}

function isOpen(file: FileDiff): boolean {
  return file.regions.some(({ mark }) => mark === null);
}

/** "is_even, is_odd · shop.py (Docstrings …)": what is changed comes first, for tabs are narrow. */
function titleOf(diff: Diff, file: FileDiff): string {
  const names = [...new Set(file.regions.map(({ name }) => name))];
  const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
  const name = file.path.split("/").pop() ?? file.path;
  return [shown, name, `Workhorse ${diff.job}`].filter(Boolean).join(" · ");
}

function sideUri({ job, folder }: JobId, file: FileDiff, side: Side): Uri {
  return Uri.from({ scheme: SCHEME, path: `/${file.path}`, query: queryOf({ job, folder, side }) });
}

function queryOf({ job, folder, side }: Place): string {
  return JSON.stringify({ job, folder, side });
}

function placeOf(uri: Uri): Place {
  return JSON.parse(uri.query) as Place;
}

function pathOfActive(): string | undefined {
  return window.activeTextEditor?.document.uri.path.slice(1);
}

function keyOf({ job, folder }: JobId): string {
  return `${folder} ${job}`;
}

function shows(tab: Tab, id: JobId): boolean {
  const job = tab.input instanceof TabInputTextDiff ? jobOfDocument(tab.input.modified) : undefined;
  return job !== undefined && keyOf(job) === keyOf(id);
}
