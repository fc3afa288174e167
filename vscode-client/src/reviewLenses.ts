/** The lenses in a diff: accept or reject a region, or all of them. */

import { CodeLens, type CodeLensProvider, type Command, Range, type TextDocument } from "vscode";
import type { Diffs, OpenRegion } from "./diff";

export class ReviewLenses implements CodeLensProvider {
  readonly onDidChangeCodeLenses: Diffs["onDidReload"];

  constructor(private readonly diffs: Diffs) {
    this.onDidChangeCodeLenses = diffs.onDidReload;
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const regions = await this.diffs.regionsOf(document.uri);
    const [first] = regions;
    if (first === undefined) return [];
    const all = first.diff.files.flatMap((file) => file.regions);
    const top = all.length > 1 ? lensesFor(0, commandsForAll(first, all.length)) : [];
    return [...top, ...regions.flatMap((open) => lensesFor(open.region.after.first, commandsFor(open)))];
  }
}

function lensesFor(line: number, commands: readonly Command[]): CodeLens[] {
  return commands.map((command) => new CodeLens(new Range(line, 0, line, 0), command));
}

function commandsFor(open: OpenRegion): Command[] {
  const { name, mark } = open.region;
  const undo = { title: "undo", command: "workhorse.undecideRegion", arguments: [open] };
  if (mark === "accepted") return [{ title: `$(pass-filled) ${name} is accepted`, command: "" }, undo];
  if (mark === "rejected") return [{ title: `$(error) ${name} is rejected`, command: "" }, undo];
  return [
    { title: `$(check) Accept ${name}`, command: "workhorse.acceptRegion", arguments: [open] },
    { title: "$(close) Reject", command: "workhorse.rejectRegion", arguments: [open] },
  ];
}

function commandsForAll({ diff }: OpenRegion, count: number): Command[] {
  const id = { job: diff.job, folder: diff.folder };
  return [
    { title: `$(check-all) Accept all ${count}`, command: "workhorse.approveJob", arguments: [id] },
    { title: "$(close-all) Reject all…", command: "workhorse.rejectJob", arguments: [id] },
    { title: "$(redo) Retry…", command: "workhorse.retryJob", arguments: [id] },
  ];
}
