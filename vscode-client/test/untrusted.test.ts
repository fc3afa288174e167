/** A folder that is not trusted, and names programs of its own wherever it can. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { commands, extensions, Uri, workspace } from "vscode";
import { suite } from "./suite";
import { activate, until, untilState } from "./window";

export const run = suite(() => {
  it("starts the server of this machine, and nothing that the folder names", async () => {
    assert.equal(workspace.isTrusted, false);
    const folder = workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const written = await workspace.fs.readFile(Uri.joinPath(folder.uri, ".vscode/settings.json"));
    assert.match(new TextDecoder().decode(written), /"workhorse.path": ".*evil.*"/);
    await extensions.getExtension("ms-python.python")?.activate();
    const workhorse = await activate();
    const { launch } = await untilState(workhorse, "running");
    assert.ok(!launch.command.startsWith(folder.uri.fsPath), launch.command);
    await commands.executeCommand("workhorse.restart");
    assert.equal(existsSync(Uri.joinPath(folder.uri, "evil-was-here").fsPath), false, "a program of the folder ran");
  });

  it("asks no model server", async () => {
    const workhorse = await activate();
    await until("the server says how it stands", () => workhorse.feed.latest !== undefined);
    assert.equal(workhorse.feed.latest?.endpoint, null);
    assert.match(workhorse.bar.text, /rules/);
  });
});
