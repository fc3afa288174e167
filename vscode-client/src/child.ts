/** Child processes: run one to its end, without a shell, outside of the opened folder. */

import { spawn } from "node:child_process";
import { homedir } from "node:os";

export interface Ended {
  /** The exit code; `null` if it could not be started, was killed or took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Run a program. It is killed after `timeout` milliseconds, or when `signal` is aborted. Never rejects. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    let stdout = "";
    let stderr = "";
    const child = spawn(command, args, {
      cwd: homedir(), // the opened folder may hold a file named like a program or a module
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      tell(text, options.onLine);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      tell(text, options.onLine);
    });
    child.on("error", (error) => {
      resolve({ code: null, stdout, stderr: stderr + error.message });
    });
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

function tell(text: string, onLine: ((line: string) => void) | undefined): void {
  for (const line of text.split(/\r?\n/)) if (line.trim() !== "") onLine?.(line);
}
