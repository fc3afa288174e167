/** A person's decisions on a job: approve, reject, retry, discard. */

import { commands, Uri, window } from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient/node";
import { type Diffs, jobOfDocument, type OpenRegion } from "./diff";
import type { JobList } from "./jobList";
import type { Node } from "./jobTree";
import type { Decided, Job, JobId, JobStatus, ServerCommand } from "./protocol";
import type { Server } from "./server";

/** A node of the view, a document of a diff, or nothing, in which case the user chooses. */
export type Subject = Node | Uri | JobId | undefined;

export class Review {
  constructor(
    private readonly server: Server,
    private readonly list: JobList,
    private readonly diffs: Diffs,
    private readonly decided: () => void,
  ) {}

  /** Open the diff; of one file, at one region, where the subject is one. */
  async openDiff(subject: Subject): Promise<void> {
    const id = await this.choose(subject, ["verified", "approved", "rejected"], "Which diff?");
    if (id === undefined) return;
    const file = isNode(subject) && "file" in subject ? subject.file : undefined;
    const region = isNode(subject) && subject.kind === "region" ? subject.region : undefined;
    await this.diffs.show(id, file && { path: file.path, ...(region && { name: region.name, first: region.first }) });
  }

  /** Open the review of a job that waits; the user chooses where there are several. */
  async reviewNext(): Promise<void> {
    const id = await this.choose(undefined, ["verified", "approved"], "Which job is reviewed?");
    if (id !== undefined) await this.diffs.show(id);
  }

  /** Accept the region, reject it, or take the decision back; the server lands the job with the last decision. */
  async decide(open: OpenRegion | undefined, verdict: "accept" | "reject" | "none"): Promise<void> {
    const { diff, region } = open ?? (await this.diffs.regionAtCursor()) ?? {};
    if (diff === undefined || region === undefined) throw new Error("Open the diff of a job first.");
    const reason = verdict === "reject" ? await askForReason(region.name) : "";
    if (reason === undefined) return;
    const { job, folder, version } = diff;
    const { path, name, first } = region;
    const given = { job, folder, version, path, name, first, verdict, reason };
    const { left } = (await this.send("workhorse.decide", given)) as Decided;
    this.decided();
    await this.afterDecision({ job, folder }, left);
  }

  /** Close the diff of a job that is decided, or go on to its next region. */
  private async afterDecision(id: JobId, left: number): Promise<void> {
    if (left > 0) {
      this.diffs.refresh();
      await this.diffs.show(id);
    } else {
      await this.diffs.close(id);
      await this.list.refresh();
    }
  }

  /** Record the approval of what was read, and land it in the open editors, or in the files. */
  async approve(subject: Subject): Promise<void> {
    const id = await this.choose(subject, ["verified", "approved"], "Which job is approved?");
    if (id === undefined) return;
    const version = this.diffs.versionRead(id); // without it the server opens the review
    const answer = (await this.send("workhorse.approve", { ...id, version })) as { landed: boolean } | null;
    if (answer?.landed === true) {
      this.decided();
      await this.diffs.close(id);
    }
    await this.list.refresh();
  }

  /** Reject the job with a reason. */
  async reject(subject: Subject): Promise<void> {
    const id = await this.choose(subject, ["verified", "approved"], "Which job is rejected?");
    if (id === undefined) return;
    const reason = await askForWords(`Reject ${id.job}`, "What is wrong with the draft?");
    if (reason === undefined) return;
    await this.send("workhorse.reject", { ...id, reason });
    this.decided();
    await this.diffs.close(id);
    await this.list.refresh();
  }

  /** Ask for another draft, with a note for the model. */
  async retry(subject: Subject): Promise<void> {
    const id = await this.choose(subject, ["verified", "rejected", "failed"], "Which job is drafted again?");
    if (id === undefined) return;
    const note = await askForWords(`Retry ${id.job}`, "What should be different? The model reads this.");
    if (note !== undefined) await this.send("workhorse.retry", { ...id, note });
  }

  /** Remove the branch; the job's record stays. */
  async discard(subject: Subject): Promise<void> {
    const id = await this.choose(
      subject,
      ["drafting", "verified", "approved", "rejected", "failed"],
      "Which job is discarded?",
    );
    if (id === undefined) return;
    const failed = this.list.jobs.some((job) => job.job === id.job && job.status === "failed");
    const question = `Discard ${id.job}? Its branch is removed, the record stays.`;
    if (!failed && (await window.showWarningMessage(question, { modal: true }, "Discard")) !== "Discard") return;
    await this.send("workhorse.discard", id);
    await this.diffs.close(id);
    await this.list.refresh();
  }

  /** Open the file of a node, at its region. */
  async openFile(subject: Subject): Promise<void> {
    if (!isNode(subject) || !("file" in subject)) return;
    const line = Math.max(
      0,
      subject.kind === "region" ? (subject.region.range?.start.line ?? subject.region.first - 1) : 0,
    );
    const selection = { start: { line, character: 0 }, end: { line, character: 0 } };
    await commands.executeCommand("vscode.open", Uri.parse(subject.file.uri), { selection });
  }

  private async send(command: ServerCommand, argument: object): Promise<unknown> {
    const client = this.server.client;
    if (client === undefined)
      throw new Error("The Workhorse server is not running. Run “Workhorse: Restart the Server”.");
    return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] });
  }

  private async choose(subject: Subject, statuses: readonly JobStatus[], title: string): Promise<JobId | undefined> {
    if (subject instanceof Uri) return idOf(jobOfDocument(subject));
    const active = window.activeTextEditor && jobOfDocument(window.activeTextEditor.document.uri);
    if (subject === undefined && active !== undefined) return idOf(active);
    if (subject !== undefined) return idOf(isNode(subject) ? subject.job : subject);
    const jobs = this.list.jobs.filter((job) => statuses.includes(job.status) && !job.running);
    if (jobs.length === 1) return idOf(jobs[0]);
    if (jobs.length === 0) {
      void window.showInformationMessage("No job is in a state for that.");
      return undefined;
    }
    const items = jobs.map((job) => ({ label: job.title, description: job.job, detail: job.status, job }));
    return idOf((await window.showQuickPick(items, { title }))?.job);
  }
}

function isNode(subject: Subject): subject is Node {
  return subject !== undefined && "kind" in subject;
}

function idOf(job: Job | JobId | undefined): JobId | undefined {
  return job && { job: job.job, folder: job.folder };
}

async function askForReason(name: string): Promise<string | undefined> {
  const prompt = "What is wrong with it? Enter without words gives no reason.";
  return await window.showInputBox({ title: `Reject ${name}`, prompt, ignoreFocusOut: true });
}

async function askForWords(title: string, prompt: string): Promise<string | undefined> {
  return await window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Write a few words." : undefined),
  });
}
