/** The Python extension's interpreter has Workhorse; nothing on the PATH has. */

import assert from "node:assert/strict";
import { commands, extensions, workspace } from "vscode";
import { suite } from "./suite";
import { activate, untilState } from "./window";

export const run = suite(() => {
  it("starts the server with the interpreter that the user chose there", async () => {
    assert.equal(workspace.isTrusted, true);
    const workhorse = await activate();
    const { launch } = await untilState(workhorse, "running");
    assert.equal(launch.command, process.env.CHOSEN_PYTHON);
    assert.deepEqual(launch.args, ["-I", "-m", "workhorse_lsp_server"]);
  });

  it("looks again when another interpreter is chosen", async () => {
    const workhorse = await activate();
    const python = extensions.getExtension<{ choose: (path: string) => void }>("ms-python.python");
    python?.exports.choose(process.env.OTHER_PYTHON ?? "");
    await untilState(workhorse, "missing");
    python?.exports.choose(process.env.CHOSEN_PYTHON ?? "");
    await untilState(workhorse, "running");
    await commands.executeCommand("workhorse.restart");
    await untilState(workhorse, "running");
  });
});
