/** Notifications of the server, and their receivers. */

import { window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Diffs } from "./diff";
import type { JobList } from "./jobList";
import { AskRequest, JobsChanged, ShowDiff, StatusChanged } from "./protocol";
import type { StatusFeed } from "./statusFeed";

/** Connect a client that is not started yet. */
export function listen(client: LanguageClient, feed: StatusFeed, jobs: JobList, diffs: Diffs): void {
  client.onNotification(StatusChanged, (status) => {
    if (feed.latest !== undefined) feed.set(status); // before our own question is answered, no model was looked for
  });
  client.onNotification(JobsChanged, async () => {
    diffs.refresh();
    await jobs.refresh();
  });
  client.onNotification(ShowDiff, (id) => diffs.show(id));
  client.onRequest(AskRequest, async ({ title, prompt, value }) => {
    const options = { title, prompt, ignoreFocusOut: true, ...(value === undefined ? {} : { value }) };
    return { value: (await window.showInputBox(options)) ?? null };
  });
}
