/** The waiting jobs, as of the server's last answer. */

import { EventEmitter } from "vscode";
import { type Job, JobsRequest } from "./protocol";
import type { Server } from "./server";

export class JobList {
  private readonly changed = new EventEmitter<undefined>();
  private known: readonly Job[] = [];
  private question = 0;

  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {}

  /** Newest first. */
  get jobs(): readonly Job[] {
    return this.known;
  }

  /** Request the jobs again; if answers overtake each other, the last request's counts. */
  async refresh(): Promise<void> {
    const question = ++this.question;
    const jobs = (await this.server.client?.sendRequest(JobsRequest, {}))?.jobs ?? [];
    if (question !== this.question) return;
    this.known = jobs;
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
