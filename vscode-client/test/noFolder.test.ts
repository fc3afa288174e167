/** A window without a folder. */

import assert from "node:assert/strict";
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

  it("has actions in a document that is in no folder and in no file", async () => {
    const document = await workspace.openTextDocument({
      language: "python",
      content: "def is_even(number: int) -> bool:\n    return number % 2 == 0\n",
    });
    await window.showTextDocument(document);
    const range = document.lineAt(0).range;
    const actions = await commands.executeCommand<{ title: string }[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      range,
    );
    assert.ok(
      actions.some(({ title }) => /docstring/i.test(title)),
      JSON.stringify(actions),
    );
  });
});
