/** Where there is Python, but no Workhorse: it is offered, and installs from the wheel that the extension brings. */

import assert from "node:assert/strict";
import { commands } from "vscode";
import { environmentPython } from "../src/installation";
import { askPython } from "../src/python";
import { troubleOf } from "../src/trouble";
import { suite } from "./suite";
import { activate, untilState } from "./window";

export const run = suite(() => {
  it("offers to install the server", async () => {
    const workhorse = await activate();
    const state = await untilState(workhorse, "missing");
    assert.ok(state.python);
    assert.equal(troubleOf(state)?.message, "The Workhorse server is not installed.");
    assert.deepEqual(troubleOf(state)?.ways[0], ["Install", "workhorse.installServer"]);
  });

  it("installs it apart from every project, and starts it", async function () {
    this.timeout(300_000);
    const workhorse = await activate();
    await commands.executeCommand("workhorse.installServer");
    const { launch } = await untilState(workhorse, "running");
    assert.ok(launch.command.includes("globalStorage"), launch.command);
    const python = await askPython(launch.command);
    assert.match(python?.workhorse ?? "", /^\d+\.\d+/);
    assert.equal(workhorse.feed.latest?.version ?? python?.workhorse, python?.workhorse);
  });

  it("finds it again at the next start", async () => {
    const workhorse = await activate();
    await commands.executeCommand("workhorse.restart");
    const { launch } = await untilState(workhorse, "running");
    assert.equal(launch.command, environmentPython(workhorse.storage));
  });
});
