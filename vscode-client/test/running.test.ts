/** A trusted folder with a repository, two jobs that wait, and a model server that answers. */

import assert from "node:assert/strict";
import {
  type CodeAction,
  commands,
  ConfigurationTarget,
  Position,
  Range,
  Selection,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Workhorse } from "../src/extension";
import { filesOf } from "../src/jobTree";
import { entries } from "../src/menu";
import type { Job } from "../src/protocol";
import { troubleOf } from "../src/trouble";
import { suite } from "./suite";
import { activate, drawTree, serverProcess, until, untilState } from "./window";

export const run = suite(() => {
  let workhorse: Workhorse;
  let rejected: Job;

  before(async () => {
    workhorse = await activate();
    await untilState(workhorse, "running");
  });

  it("shows the model, its server and the waiting jobs in the status bar", async () => {
    await until("two jobs wait", () => workhorse.feed.latest?.waiting === 2);
    const status = await until(
      "a model is found",
      () => workhorse.feed.latest?.endpoint != null && workhorse.feed.latest,
    );
    assert.equal(status.model, "tiny");
    assert.match(workhorse.bar.text, /^\$\(wand\) tiny @ 127\.0\.0\.1:\d+\u00a0 \$\(inbox\) 2$/);
  });

  it("offers in the menu what can be done now", () => {
    const labels = entries(workhorse.server.state, workhorse.feed.latest).map(({ label }) => label);
    assert.ok(labels.includes("$(checklist) Show jobs"));
    assert.ok(labels.includes("$(debug-restart) Restart the server"));
    assert.ok(!labels.includes("$(cloud-download) Install the server"));
  });

  it("lists jobs, their files, regions and checks", async () => {
    await until("two jobs are listed", () => workhorse.jobs.jobs.length === 2);
    const lines = drawTree(workhorse);
    const { job } = jobOf("src/shop.py");
    const start = lines.indexOf(`is_even | docstrings · ${job}`);
    assert.notEqual(start, -1, lines.join("\n"));
    assert.equal(lines[start + 1], "  shop.py | src");
    assert.ok(lines.slice(start).includes("    is_even | rules"), lines.join("\n"));
    assert.ok(
      lines.some((line) => /^ {2}Checks \| \d+ passed/.test(line)),
      lines.join("\n"),
    );
    assert.ok(lines.includes("    same-code"), lines.join("\n"));
  });

  it("opens the diff side by side", async () => {
    await commands.executeCommand("workhorse.openDiff", fileNode("src/shop.py"));
    const input = await until("a diff is open", () => {
      const open = window.tabGroups.activeTabGroup.activeTab?.input;
      return open instanceof TabInputTextDiff && open;
    });
    const before = (await workspace.openTextDocument(input.original)).getText();
    const after = (await workspace.openTextDocument(input.modified)).getText();
    assert.equal(before, await textOf("src/shop.py"));
    assert.ok(after.length > before.length);
    assert.match(after, /def is_even\(number: int\) -> bool:\n {4}"""/);
    assert.equal((await workspace.openTextDocument(input.modified)).languageId, "python");
  });

  it("opens the diff at a region", async () => {
    const job = jobOf("src/shop.py");
    const file = filesOf(job).find(({ path }) => path === "src/shop.py");
    const region = file?.regions.find(({ name }) => name === "is_even");
    assert.ok(file && region);
    await commands.executeCommand("workhorse.openDiff", { kind: "region", job, file, region });
    await until("the cursor is at the region", () => {
      const editor = window.activeTextEditor;
      if (editor?.document.uri.scheme !== "workhorse") return false;
      return editor.document.lineAt(editor.selection.active.line).text.startsWith('    """Return whether');
    });
  });

  it("approves: the text is in the editor, the job is gone, its diff is closed", async () => {
    const shop = await workspace.openTextDocument(fileUri("src/shop.py"));
    const job = jobOf("src/shop.py");
    await commands.executeCommand("workhorse.approveJob", { kind: "job", job });
    await until("it is in the document", () => /is_even.*\n {4}"""/.test(shop.getText()));
    await until("the job is gone", () => !workhorse.jobs.jobs.some((each) => each.job === job.job));
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    assert.ok(!tabs.some((tab) => tab.input instanceof TabInputTextDiff));
    await shop.save();
  });

  it("rejects only with a reason", async () => {
    const job = jobOf("src/cart.py");
    await answering(undefined, () => commands.executeCommand("workhorse.rejectJob", { kind: "job", job }));
    assert.equal(jobOf("src/cart.py").status, "verified");
    await answering("not our words", () => commands.executeCommand("workhorse.rejectJob", { kind: "job", job }));
    await until("it has left the list", () => !workhorse.jobs.jobs.some((each) => each.job === job.job));
    await commands.executeCommand("workhorse.showOver");
    assert.equal(jobOf("src/cart.py").status, "rejected");
    assert.ok(
      drawTree(workhorse).includes(`is_empty | rejected · docstrings · ${job.job}`),
      drawTree(workhorse).join("\n"),
    );
    rejected = jobOf("src/cart.py");
    await commands.executeCommand("workhorse.hideOver");
    assert.ok(!workhorse.jobs.jobs.some((each) => each.job === job.job));
  });

  it("retries with a note, which the model reads", async () => {
    const job = rejected;
    await answering("shorter", () => commands.executeCommand("workhorse.retryJob", { kind: "job", job }));
    await until("it waits again, under the same name", () => {
      const again = workhorse.jobs.jobs.find((each) => each.job === job.job);
      return again?.status === "verified" && !again.running; // while it is drafted it has no files
    });
  });

  it("offers what applies at the cursor, and runs it", async () => {
    const uri = fileUri("src/lonely.py");
    const document = await workspace.openTextDocument(uri);
    const editor = await window.showTextDocument(document);
    const at = new Position(
      document
        .getText()
        .split("\n")
        .findIndex((line) => line.startsWith("def ")),
      5,
    );
    editor.selection = new Selection(at, at);
    let action: CodeAction | undefined;
    for (let time = 0; action === undefined; time++) {
      assert.ok(time < 100, "Add docstring is not offered");
      action = (await actionsAt(uri, at)).find(({ title }) => title === "Add docstring");
    }
    assert.ok(action.command);
    await commands.executeCommand(action.command.command, ...((action.command.arguments ?? []) as unknown[]));
    const job = await until("the result waits", () =>
      workhorse.jobs.jobs.find(
        ({ regions, running }) => !running && regions.some(({ path }) => path === "src/lonely.py"),
      ),
    );
    assert.equal(job.status, "verified");
    assert.deepEqual(
      job.regions.map(({ engine, model }) => [engine, model]),
      [["local", "tiny"]],
    );
  });

  it("discards when the user says so", async () => {
    const job = jobOf("src/lonely.py");
    const original = window.showWarningMessage;
    Object.assign(window, { showWarningMessage: () => Promise.resolve("Discard") });
    try {
      await commands.executeCommand("workhorse.discardJob", { kind: "job", job });
    } finally {
      Object.assign(window, { showWarningMessage: original });
    }
    await until("it is gone", () => !workhorse.jobs.jobs.some((each) => each.job === job.job));
  });

  it("tells the server of changed settings", async () => {
    await setting("engine", "rules");
    await until("no model is shown", () => workhorse.bar.text.startsWith("$(wand) rules"));
    await setting("engine", undefined);
    await until("it is shown again", () => workhorse.bar.text.startsWith("$(wand) tiny"));
  });

  it("restarts on command", async () => {
    const before = serverProcess(workhorse);
    await commands.executeCommand("workhorse.restart");
    assert.equal(workhorse.server.state.kind, "running");
    assert.notEqual(serverProcess(workhorse), before);
    await until("jobs are listed again", () => workhorse.jobs.jobs.length > 0);
  });

  it("starts a server that was killed again, three times, and then says that it keeps stopping", async () => {
    await commands.executeCommand("workhorse.restart"); // forgets earlier ends
    for (let time = 0; time < 3; time++) {
      const before = serverProcess(workhorse);
      process.kill(before, "SIGKILL");
      await until(
        "another one runs",
        () => workhorse.server.client !== undefined && serverProcess(workhorse) !== before,
      );
      await until("it shows its status and the jobs again", () => {
        return workhorse.bar.text.startsWith("$(wand) tiny") && workhorse.jobs.jobs.length > 0;
      });
    }
    process.kill(serverProcess(workhorse), "SIGKILL");
    const state = await untilState(workhorse, "failed");
    assert.deepEqual(troubleOf(state)?.ways[0], ["Restart", "workhorse.restart"]);
    assert.equal(workhorse.bar.text, "$(warning) Workhorse");
    await commands.executeCommand("workhorse.restart");
    await untilState(workhorse, "running");
  });

  it("names a path that is no server, and tries nothing else", async () => {
    await setting("path", "/nowhere/workhorse");
    const wrong = await untilState(workhorse, "wrong path");
    assert.equal(wrong.message, "The setting workhorse.path names no file: /nowhere/workhorse");
    await setting("path", "/bin/false");
    await untilState(workhorse, "failed");
    await setting("path", undefined);
    await untilState(workhorse, "running");
  });

  function jobOf(path: string): Job {
    const job = workhorse.jobs.jobs.find(({ regions }) => regions.some((region) => region.path === path));
    assert.ok(job, `no job for ${path}`);
    return job;
  }

  function fileNode(path: string): unknown {
    const job = jobOf(path);
    return { kind: "file", job, file: filesOf(job).find((file) => file.path === path) };
  }
});

function fileUri(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return Uri.joinPath(folder.uri, path);
}

async function textOf(path: string): Promise<string> {
  return new TextDecoder().decode(await workspace.fs.readFile(fileUri(path)));
}

async function actionsAt(uri: Uri, at: Position): Promise<CodeAction[]> {
  return await commands.executeCommand<CodeAction[]>("vscode.executeCodeActionProvider", uri, new Range(at, at));
}

async function setting(name: string, value: unknown): Promise<void> {
  await workspace.getConfiguration("workhorse").update(name, value, ConfigurationTarget.Workspace);
}

/** Answer what the extension asks its user for while something is done. */
async function answering(words: string | undefined, act: () => Thenable<unknown>): Promise<void> {
  const original = window.showInputBox;
  Object.assign(window, { showInputBox: () => Promise.resolve(words) });
  try {
    await act();
  } finally {
    Object.assign(window, { showInputBox: original });
  }
}
