/** The LSP client: vscode-languageclient with Workhorse's additions. */

import { homedir } from "node:os";
import { type LogOutputChannel, workspace } from "vscode";
import {
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import { WorkhorseCapabilities } from "./capabilities";
import type { Launch } from "./launch";
import { forServer } from "./settings";
import type { TaskProgress } from "./taskProgress";

/** Files, unnamed documents, and the cells of notebooks, each of which is a document. */
const SCHEMES = ["file", "untitled", "vscode-notebook-cell"] as const;

/** Make a client; it is not started. */
export function makeClient(
  { command, args }: Launch,
  log: LogOutputChannel,
  progress: TaskProgress,
  errorHandler: ErrorHandler,
): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: SCHEMES.map((scheme) => ({ scheme, language: "python" })),
    outputChannel: log,
    traceOutputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => forServer(workspace.getConfiguration("workhorse")),
    initializationFailedHandler: () => false,
    errorHandler,
    middleware: middleware(progress),
  };
  // Not in the opened folder: it may hold files that a Python would import.
  const executable = { command, args: [...args], options: { cwd: homedir() } };
  const client = new LanguageClient("workhorse", "Workhorse", executable, options);
  client.registerFeature(new WorkhorseCapabilities());
  return client;
}

function middleware(progress: TaskProgress): Middleware {
  return {
    handleWorkDoneProgress: (token, value, next) => {
      progress.handle(token, value, () => {
        next(token, value);
      });
    },
    workspace: {
      configuration: async (params, token, next) => {
        const answers = await next(params, token);
        return Array.isArray(answers) ? answers.map(forServer) : answers;
      },
    },
  };
}
