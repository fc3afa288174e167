/** Notifications of the server, and their receivers. */

import { window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Diffs } from "./diff";
import type { JobList } from "./jobList";
import { tellOfDraft } from "./drafted";
import { AskRequest, DraftedNotification, JobsChanged, ShowDiff, StatusChanged } from "./protocol";
import type { StatusFeed } from "./statusFeed";
import type { Walkthrough } from "./walkthrough";

export interface Receivers {
  readonly feed: StatusFeed;
  readonly jobs: JobList;
  readonly diffs: Diffs;
  readonly walkthrough: Walkthrough;
}

/** Connect a client that is not started yet. */
export function listen(client: LanguageClient, { feed, jobs, diffs, walkthrough }: Receivers): void {
  client.onNotification(StatusChanged, (status) => {
    if (feed.latest !== undefined) feed.set(status); // before our own question is answered, no model was looked for
  });
  client.onNotification(JobsChanged, async () => {
    diffs.refresh();
    await jobs.refresh();
  });
  client.onNotification(DraftedNotification, (news) => {
    walkthrough.note("docstring");
    void tellOfDraft(news, diffs);
  });
  client.onNotification(ShowDiff, (id) => diffs.show(id));
  client.onRequest(AskRequest, async ({ title, prompt, value }) => {
    const options = { title, prompt, ignoreFocusOut: true, ...(value === undefined ? {} : { value }) };
    return { value: (await window.showInputBox(options)) ?? null };
  });
}
