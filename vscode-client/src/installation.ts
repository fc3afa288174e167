/** Installing the server: the wheel that comes with this extension, into an environment of our own. */

import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type CancellationToken, type LogOutputChannel, ProgressLocation, Uri, window } from "vscode";
import { run } from "./child";

export type Outcome = "installed" | "failed" | "cancelled";

/** Return the path of the interpreter of our own environment, present or not. */
export function environmentPython(storage: Uri): string {
  const folder = environment(storage);
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** Return the wheel that comes with the extension; `undefined` in a development checkout without one. */
export function bundledWheel(extension: Uri): string | undefined {
  const folder = join(extension.fsPath, "bundled");
  const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith(".whl")) : undefined;
  return name === undefined ? undefined : join(folder, name);
}

/** Return the folder of the dependencies, which the package of a platform brings; `undefined` in the universal one. */
export function bundledDependencies(extension: Uri): string | undefined {
  const folder = join(extension.fsPath, "bundled", "dependencies");
  return existsSync(folder) ? folder : undefined;
}

/** Return whether a version differs from the extension's wheel; `false` if there is no wheel. */
export function isOutdated(version: string, extension: Uri): boolean {
  const wheel = bundledWheel(extension);
  return wheel !== undefined && basename(wheel).split("-")[1] !== version;
}

/** Install the wheel that comes with the extension; show its progress. */
export async function installServer(
  python: string | undefined,
  extension: Uri,
  storage: Uri,
  log: LogOutputChannel,
): Promise<Outcome> {
  const wheel = bundledWheel(extension);
  if (wheel === undefined) throw new Error("This build of the extension brings no server. Run: pip install workhorse");
  if (python === undefined) throw new Error("Workhorse needs Python 3.11 or newer, and found none.");
  return await install(installationSteps(python, wheel, bundledDependencies(extension), storage), storage, log);
}

/** Install with progress; an incomplete environment is removed. */
async function install(steps: readonly Step[], storage: Uri, log: LogOutputChannel): Promise<Outcome> {
  const options = {
    location: ProgressLocation.Notification,
    title: "Installing the Workhorse server",
    cancellable: true,
  };
  return await window.withProgress(options, async (progress, token) => {
    await rm(environment(storage), { recursive: true, force: true });
    for (const step of steps) {
      progress.report({ message: step.message });
      if (!(await takeStep(step, abortWith(token), log))) {
        await rm(environment(storage), { recursive: true, force: true });
        return token.isCancellationRequested ? "cancelled" : "failed";
      }
    }
    return "installed";
  });
}

interface Step {
  readonly message: string;
  readonly command: string;
  /** The words of each try; the next one follows where one fails. */
  readonly tries: readonly (readonly string[])[];
}

async function takeStep({ command, tries }: Step, signal: AbortSignal, log: LogOutputChannel): Promise<boolean> {
  const onLine = (line: string): void => {
    log.info(line);
  };
  for (const args of tries) {
    log.info([command, ...args].join(" "));
    const { code, stderr } = await run(command, args, { signal, onLine });
    if (code === 0) return true;
    log.error(stderr);
    if (signal.aborted) return false;
  }
  return false;
}

/** Without dependencies in the package, or where they are for other versions of Python, pip fetches them. */
function installationSteps(python: string, wheel: string, dependencies: string | undefined, storage: Uri): Step[] {
  const pip = ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"];
  const offline = dependencies === undefined ? [] : [[...pip, "--no-index", "--find-links", dependencies, wheel]];
  const own = environmentPython(storage);
  return [
    { message: "making an environment", command: python, tries: [["-I", "-m", "venv", environment(storage)]] },
    { message: "installing packages", command: own, tries: [...offline, [...pip, wheel]] },
  ];
}

function environment(storage: Uri): string {
  return Uri.joinPath(storage, "server").fsPath;
}

function abortWith(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}
