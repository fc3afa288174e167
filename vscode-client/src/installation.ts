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
  return await install(python, wheel, storage, log);
}

/** Install with progress; an incomplete environment is removed. */
async function install(python: string, wheel: string, storage: Uri, log: LogOutputChannel): Promise<Outcome> {
  const options = {
    location: ProgressLocation.Notification,
    title: "Installing the Workhorse server",
    cancellable: true,
  };
  return await window.withProgress(options, async (progress, token) => {
    const steps = installationSteps(python, wheel, storage);
    await rm(environment(storage), { recursive: true, force: true });
    for (const { message, command, args } of steps) {
      progress.report({ message });
      log.info([command, ...args].join(" "));
      const signal = abortWith(token);
      const { code, stderr } = await run(command, args, {
        signal,
        onLine: (line) => {
          log.info(line);
        },
      });
      if (code !== 0) {
        log.error(stderr);
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
  readonly args: readonly string[];
}

function installationSteps(python: string, wheel: string, storage: Uri): Step[] {
  const pip = ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"];
  return [
    { message: "making an environment", command: python, args: ["-I", "-m", "venv", environment(storage)] },
    { message: "fetching packages", command: environmentPython(storage), args: [...pip, wheel] },
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
