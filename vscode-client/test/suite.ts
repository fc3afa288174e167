/** Runs the tests of one file inside VS Code: what `extensionTestsPath` names must export `run`. */

import Mocha from "mocha";

/** Make `run` from the tests that `define` defines; it fails with their failures. */
export function suite(define: () => void): () => Promise<void> {
  return async () => {
    const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: Lines });
    mocha.suite.emit("pre-require", globalThis, "", mocha);
    define();
    const failures = await new Promise<number>((resolve) => mocha.run(resolve));
    if (failures > 0) throw new Error(`${failures} tests failed`);
  };
}

/** One line for each test, and all of an error. */
class Lines extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on("pass", (test) => {
      console.log(`passed: ${test.title} (${test.duration ?? 0} ms)`);
    });
    runner.on("fail", (test, error: Error) => {
      console.log(`FAILED: ${test.title}\n${error.stack ?? String(error)}`);
    });
  }
}
