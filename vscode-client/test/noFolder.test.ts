/** A window without a folder. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands, window, workspace } from "vscode";
import { suite } from "./suite";
import { activate, untilState } from "./window";

export const run = suite(() => {
  it("runs, lists nothing, and no command throws", async () => {
    assert.equal(workspace.workspaceFolders, undefined);
    const workhorse = await activate();
    await untilState(workhorse, "running");
    await commands.executeCommand("workhorse.showJobs");
    await commands.executeCommand("workhorse.refreshJobs");
    assert.deepEqual(workhorse.tree.getChildren(), []);
    for (const name of ["approveJob", "rejectJob", "retryJob", "discardJob", "openDiff", "cancelTask"]) {
      await commands.executeCommand(`workhorse.${name}`);
    }
  });

  it("has actions in a file that is in no folder of the window and in no repository", async () => {
    const folder = await mkdtemp(join(tmpdir(), "workhorse-"));
    const file = join(folder, "shop.py");
    await writeFile(file, "def is_even(number: int) -> bool:\n    return number % 2 == 0\n");
    const document = await workspace.openTextDocument(file);
    await window.showTextDocument(document);
    const found = async (): Promise<boolean> => {
      const actions = await commands.executeCommand<{ title: string }[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        document.lineAt(0).range,
      );
      return actions.some(({ title }) => title === "Add docstring");
    };
    for (let time = 0; !(await found()); time++) assert.ok(time < 100, "no action is offered");
    await rm(folder, { recursive: true });
  });
});
