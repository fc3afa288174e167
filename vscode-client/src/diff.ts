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
import { type Diff, DiffRequest, type FileDiff, type JobId } from "./protocol";
import type { Server } from "./server";

export const SCHEME = "workhorse";
type Side = "before" | "after";

interface Place extends JobId {
  readonly side: Side;
}

/** The file to show, and the place in it; all files if none is named. `line` counts from 1, before the change. */
export interface Shown {
  readonly path: string;
  readonly line?: number;
}

export class Diffs implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly known = new Map<string, Promise<Diff>>();
  /** The titles of editors that show all files of a job; VS Code does not expose their contents. */
  private readonly labels = new Map<string, string>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {}

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const place = placeOf(uri);
    const { files } = await this.ask(place);
    return files.find(({ path }) => path === uri.path.slice(1))?.[place.side] ?? "";
  }

  /** Open a job's diff: one file side by side, or all of them in one editor. */
  async show(id: JobId, shown?: Shown): Promise<void> {
    const { files, title } = await this.ask(id);
    const file = files.find(({ path }) => path === shown?.path) ?? (files.length === 1 ? files[0] : undefined);
    if (file === undefined) {
      const sides = files.map((each) => [Uri.parse(each.uri), sideUri(id, each, "before"), sideUri(id, each, "after")]);
      this.labels.set(keyOf(id), title);
      await commands.executeCommand("vscode.changes", title, sides);
      return;
    }
    const name = `${file.path.split("/").pop() ?? file.path} (Workhorse ${id.job})`;
    const options: TextDocumentShowOptions = { preview: true };
    if (shown?.line !== undefined) {
      const line = findLine(shown.line - 1, file.before ?? "", file.after ?? "");
      options.selection = new Range(line, 0, line, 0);
    }
    await commands.executeCommand(
      "vscode.diff",
      sideUri(id, file, "before"),
      sideUri(id, file, "after"),
      name,
      options,
    );
  }

  /** Reload the open diffs: a retry makes another draft. */
  refresh(): void {
    this.known.clear();
    for (const { uri } of workspace.textDocuments) if (uri.scheme === SCHEME) this.changed.fire(uri);
  }

  /** Close the diffs of a job that is over. */
  async close(id: JobId): Promise<void> {
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    await window.tabGroups.close(tabs.filter((tab) => shows(tab, id) || tab.label === this.labels.get(keyOf(id))));
  }

  dispose(): void {
    this.changed.dispose();
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

function sideUri({ job, folder }: JobId, file: FileDiff, side: Side): Uri {
  const place: Place = { job, folder, side };
  return Uri.from({ scheme: SCHEME, path: `/${file.path}`, query: JSON.stringify(place) });
}

function placeOf(uri: Uri): Place {
  return JSON.parse(uri.query) as Place;
}

/** Map a line of one text to the other: the same text at the same occurrence, else the same number. */
export function findLine(line: number, before: string, after: string): number {
  const lines = before.split("\n");
  const words = lines[line];
  const earlier = lines.slice(0, line).filter((each) => each === words).length;
  const same = after.split("\n").flatMap((each, number) => (each === words ? [number] : []));
  return same[earlier] ?? line;
}

function keyOf({ job, folder }: JobId): string {
  return `${folder} ${job}`;
}

function shows(tab: Tab, id: JobId): boolean {
  const job = tab.input instanceof TabInputTextDiff ? jobOfDocument(tab.input.modified) : undefined;
  return job !== undefined && keyOf(job) === keyOf(id);
}
