/** The waiting jobs, as of the server's last answer. */

import { commands, EventEmitter } from "vscode";
import { type Job, JobsRequest } from "./protocol";
import type { Server } from "./server";

export class JobList {
  private readonly changed = new EventEmitter<undefined>();
  private known: readonly Job[] = [];
  private question = 0;
  private all = false;

  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {}

  /** In the server's order: what waits comes first. */
  get jobs(): readonly Job[] {
    return this.known;
  }

  /** Request the jobs again; if answers overtake each other, the last request's counts. */
  async refresh(): Promise<void> {
    const question = ++this.question;
    const jobs = (await this.server.client?.sendRequest(JobsRequest, { all: this.all }))?.jobs ?? [];
    if (question !== this.question) return;
    this.known = jobs;
    this.changed.fire(undefined);
  }

  /** List the jobs that are over as well, or only those that wait. */
  async showOver(all: boolean): Promise<void> {
    this.all = all;
    await commands.executeCommand("setContext", "workhorse.showsOver", all);
    await this.refresh();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
