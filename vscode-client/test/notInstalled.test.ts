/** A machine with Python and without Workhorse: its installation from the extension's wheel is offered. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commands, window } from "vscode";
import { environmentPython } from "../src/installation";
import { askPython } from "../src/python";
import { troubleOf } from "../src/trouble";
import { suite } from "./suite";
import { activate, until, untilState } from "./window";

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

  it("offers an update where an older extension installed it", async function () {
    this.timeout(300_000);
    const workhorse = await activate();
    const library = join(dirname(dirname(environmentPython(workhorse.storage))), "lib");
    const info = readdirSync(library, { recursive: true, encoding: "utf8" });
    const metadata = info.find((path) => /workhorse-[^/]*\.dist-info\/METADATA$/.test(path));
    assert.ok(metadata);
    const text = readFileSync(join(library, metadata), "utf8");
    writeFileSync(join(library, metadata), text.replace(/^Version: .*$/m, "Version: 0.0.1"));
    const original = window.showWarningMessage;
    const said: string[] = [];
    Object.assign(window, {
      showWarningMessage: (words: string) => {
        said.push(words);
        return Promise.resolve(said.length === 1 ? "Update" : undefined);
      },
    });
    try {
      await commands.executeCommand("workhorse.restart");
      await until("the update is offered", () => said.length > 0);
      await until("the server stops for it", () => workhorse.server.state.kind !== "running");
      await until("it runs again", () => workhorse.server.state.kind === "running", 240);
    } finally {
      Object.assign(window, { showWarningMessage: original });
    }
    assert.notEqual((await askPython(environmentPython(workhorse.storage)))?.workhorse, "0.0.1");
    assert.deepEqual(said, ["The installed Workhorse server is another version than this extension brings."]);
  });
});
