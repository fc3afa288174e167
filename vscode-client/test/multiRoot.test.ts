/** A workspace of two folders, each a repository with a job of its own. */

import assert from "node:assert/strict";
import { commands, Uri, workspace } from "vscode";
import { suite } from "./suite";
import { activate, drawTree, until, untilState } from "./window";

export const run = suite(() => {
  it("lists the jobs of both, and says which is whose", async () => {
    assert.deepEqual(
      workspace.workspaceFolders?.map(({ name }) => name),
      ["first", "second"],
    );
    const workhorse = await activate();
    await untilState(workhorse, "running");
    await until("both jobs are listed", () => workhorse.jobs.jobs.length === 2);
    const lines = drawTree(workhorse);
    for (const name of ["first", "second"]) {
      assert.equal(lines.filter((line) => line.includes(` · ${name} · `)).length, 1, lines.join("\n"));
    }
  });

  it("lands an approval in the folder that it belongs to", async () => {
    const workhorse = await activate();
    const job = workhorse.jobs.jobs.find(({ folder }) => folder.endsWith("/second"));
    assert.ok(job);
    await commands.executeCommand("workhorse.openDiff", { kind: "job", job });
    await commands.executeCommand("workhorse.approveJob", { kind: "job", job });
    await until("one job is left", () => workhorse.jobs.jobs.length === 1);
    assert.ok(workhorse.jobs.jobs[0]?.folder.endsWith("/first"));
    const texts = await Promise.all((workspace.workspaceFolders ?? []).map(({ uri }) => textOf(uri)));
    assert.deepEqual(
      texts.map((text) => /is_even.*\n {4}"""/.test(text)),
      [false, true],
    );
  });
});

async function textOf(folder: Uri): Promise<string> {
  const uri = Uri.joinPath(folder, "src/shop.py");
  return (await workspace.openTextDocument(uri)).getText();
}
