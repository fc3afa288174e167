/** A machine without Python. */

import assert from "node:assert/strict";
import { commands } from "vscode";
import { troubleOf } from "../src/trouble";
import { suite } from "./suite";
import { activate, untilState } from "./window";

export const run = suite(() => {
  it("says that Python is needed, and where to name one", async () => {
    const workhorse = await activate();
    const state = await untilState(workhorse, "missing");
    assert.equal(state.python, undefined);
    const trouble = troubleOf(state);
    assert.equal(trouble?.message, "Workhorse needs Python 3.11 or newer, and found none.");
    assert.deepEqual(trouble.ways, [["Open Settings", "workhorse.setPath"]]);
    assert.equal(workhorse.bar.text, "$(warning) Workhorse");
  });

  it("stays so after a restart, and no command throws", async () => {
    const workhorse = await activate();
    await commands.executeCommand("workhorse.restart");
    assert.equal(workhorse.server.state.kind, "missing");
    for (const name of ["refreshJobs", "cancelTask", "approveJob", "openDiff", "installServer"]) {
      await commands.executeCommand(`workhorse.${name}`);
    }
    assert.deepEqual(workhorse.tree.getChildren(), []);
  });
});
