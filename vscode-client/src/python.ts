/** Python interpreters: their paths, and whether they have Workhorse's server. */

import { existsSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { extensions, type Uri, workspace } from "vscode";
import { run } from "./child";

export interface Python {
  readonly path: string;
  /** `[3, 13]` for 3.13 */
  readonly version: readonly [number, number];
  /** The version of Workhorse in it; `null` where there is none. */
  readonly workhorse: string | null;
}

const OLDEST = [3, 11] as const;
const WINDOWS = process.platform === "win32";
const NAMES = WINDOWS
  ? ["python", "python3"]
  : ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];
const QUESTION = `
import importlib.metadata, importlib.util, json, sys
has = importlib.util.find_spec("workhorse_lsp_server") is not None
version = importlib.metadata.version("workhorse") if has else None
print(json.dumps({"version": sys.version_info[:2], "workhorse": version}))
`;

/** Query an interpreter; `undefined` if it does not answer within ten seconds. */
export async function askPython(path: string): Promise<Python | undefined> {
  const { code, stdout } = await run(path, ["-I", "-c", QUESTION], { timeout: 10_000 });
  if (code !== 0) return undefined;
  try {
    return { path, ...(JSON.parse(stdout) as Omit<Python, "path">) };
  } catch {
    return undefined; // not a Python, though it exits with success
  }
}

/** Return whether Workhorse runs on it. */
export function isNewEnough({ version: [major, minor] }: Python): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The interpreters on the PATH, by their names' order; one that has several names in its folder counts once. */
export function pythonsOnPath(): string[] {
  const paths = NAMES.map((name) => findOnPath(name)).filter((path) => path !== undefined);
  const places = new Map(paths.reverse().map((path) => [`${dirname(path)} ${realpathSync(path)}`, path]));
  return [...places.values()].reverse();
}

/** Look a program up on the PATH; entries that are not absolute would be the opened folder's, and are left out. */
export function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const file = WINDOWS ? `${name}.exe` : name;
  return folders.map((folder) => join(folder, file)).find((path) => isFile(path));
}

/** Return whether there is a file. */
export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** The part of the Python extension's interface that is used here. */
export interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: (listener: () => void) => { dispose(): void };
  };
}

/** Return the Python extension's interface, started; `undefined` if it is missing or the folder not trusted. */
export async function pythonExtension(): Promise<PythonExtension | undefined> {
  if (!workspace.isTrusted) return undefined; // its interpreter may come from the folder itself
  const extension = extensions.getExtension<PythonExtension | undefined>("ms-python.python");
  const api = extension?.isActive === false ? await extension.activate() : extension?.exports;
  return api?.environments === undefined ? undefined : api;
}

/** The interpreter that the user chose in the Python extension. */
export async function chosenPython(resource: Uri | undefined): Promise<string | undefined> {
  const api = await pythonExtension();
  if (api === undefined) return undefined;
  const active = api.environments.getActiveEnvironmentPath(resource);
  const resolved = await api.environments.resolveEnvironment(active);
  return resolved?.executable.uri?.fsPath;
}
