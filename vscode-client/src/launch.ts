/** Finding the command that starts the language server, in order of precedence. */

import { basename } from "node:path";
import type { Uri } from "vscode";
import { run } from "./child";
import { environmentPython } from "./installation";
import { askPython, chosenPython, findOnPath, isFile, isNewEnough, pythonsOnPath } from "./python";
import { serverPath } from "./settings";

/** A command line that starts the server. */
export interface Launch {
  readonly kind: "launch";
  readonly command: string;
  readonly args: readonly string[];
}

/** No server was found; `python` could run it. */
export interface Missing {
  readonly kind: "missing";
  readonly python: string | undefined;
}

/** `workhorse.path` cannot start the server; nothing else is tried instead. */
export interface WrongPath {
  readonly kind: "wrong path";
  readonly message: string;
}

/** Find the server: `workhorse.path`, the Python extension's interpreter, our own environment, the PATH. */
export async function findServer(storage: Uri, resource: Uri | undefined): Promise<Launch | Missing | WrongPath> {
  const named = serverPath();
  if (named !== "") return await launchNamed(named);
  const chosen = await chosenPython(resource);
  const own = environmentPython(storage);
  const launch = (await launchWith(chosen)) ?? (isFile(own) ? await launchWith(own) : undefined);
  if (launch !== undefined) return launch;
  const program = await launchProgram(findOnPath("workhorse"));
  if (program !== undefined) return program;
  for (const path of pythonsOnPath()) {
    const found = await launchWith(path);
    if (found !== undefined) return found;
  }
  return { kind: "missing", python: await findPython(resource) };
}

/** Find the first Python that Workhorse runs on; `undefined` if there is none. */
export async function findPython(resource: Uri | undefined): Promise<string | undefined> {
  const candidates = [await chosenPython(resource), ...pythonsOnPath()].filter((path) => path !== undefined);
  for (const path of candidates) {
    const python = await askPython(path);
    if (python !== undefined && isNewEnough(python)) return path;
  }
  return undefined;
}

async function launchWith(path: string | undefined): Promise<Launch | undefined> {
  const python = path === undefined ? undefined : await askPython(path);
  return python?.workhorse == null ? undefined : launchModule(python.path);
}

function launchModule(python: string): Launch {
  return { kind: "launch", command: python, args: ["-I", "-m", "workhorse_lsp_server"] };
}

/** Skip an old program without a language server. */
async function launchProgram(path: string | undefined): Promise<Launch | undefined> {
  if (path === undefined) return undefined;
  const { code } = await run(path, ["lsp", "--help"], { timeout: 10_000 });
  return code === 0 ? { kind: "launch", command: path, args: ["lsp"] } : undefined;
}

async function launchNamed(path: string): Promise<Launch | WrongPath> {
  if (!isFile(path)) return { kind: "wrong path", message: `The setting workhorse.path names no file: ${path}` };
  if (!basename(path).toLowerCase().startsWith("python")) return { kind: "launch", command: path, args: ["lsp"] };
  const python = await askPython(path);
  if (python?.workhorse != null) return launchModule(path);
  const why = python === undefined ? "is not a Python that runs" : "has no Workhorse";
  return { kind: "wrong path", message: `The interpreter of the setting workhorse.path ${why}: ${path}` };
}
