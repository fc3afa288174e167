/** How the language server is started: what says so, in which order, and what there is to do when nothing does. */

import { basename } from "node:path";
import type { Uri } from "vscode";
import { environmentPython } from "./installation";
import { askPython, findOnPath, findPythons, isFile, isNewEnough, type Python } from "./python";
import { serverPath } from "./settings";

/** A command line that starts the server. */
export interface Launch {
  readonly kind: "launch";
  readonly command: string;
  readonly args: readonly string[];
}

/** No server was found; `pythons` are those that it could be installed with, the best first. */
export interface Missing {
  readonly kind: "missing";
  readonly pythons: readonly Python[];
}

/** `workhorse.path` names something that cannot start it; nothing else is tried behind the user's back. */
export interface WrongPath {
  readonly kind: "wrong path";
  readonly message: string;
}

/** Find the server: `workhorse.path`, the Python extension's interpreter, our own environment, the PATH. */
export async function findServer(storage: Uri, resource: Uri | undefined): Promise<Launch | Missing | WrongPath> {
  const named = serverPath();
  if (named !== "") return await launchNamed(named);
  const [first, ...others] = await findPythons(resource);
  const own = environmentPython(storage);
  const candidates = [first, isFile(own) ? own : undefined].filter((path) => path !== undefined);
  const asked: Python[] = [];
  for (const path of candidates) {
    const python = await askPython(path);
    if (python?.workhorse != null) return launchWith(python.path);
    if (python !== undefined) asked.push(python);
  }
  const program = findOnPath("workhorse");
  if (program !== undefined) return { kind: "launch", command: program, args: ["lsp"] };
  for (const path of others) {
    const python = await askPython(path);
    if (python?.workhorse != null) return launchWith(python.path);
    if (python !== undefined) asked.push(python);
  }
  return { kind: "missing", pythons: asked.filter((python) => python.path !== own && isNewEnough(python)) };
}

function launchWith(python: string): Launch {
  return { kind: "launch", command: python, args: ["-I", "-m", "workhorse_lsp_server"] };
}

async function launchNamed(path: string): Promise<Launch | WrongPath> {
  if (!isFile(path)) return { kind: "wrong path", message: `The setting workhorse.path names no file: ${path}` };
  if (!basename(path).toLowerCase().startsWith("python")) return { kind: "launch", command: path, args: ["lsp"] };
  const python = await askPython(path);
  if (python?.workhorse != null) return launchWith(path);
  const why = python === undefined ? "is not a Python that runs" : "has no Workhorse";
  return { kind: "wrong path", message: `The interpreter of the setting workhorse.path ${why}: ${path}` };
}
