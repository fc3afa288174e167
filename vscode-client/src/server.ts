/** The language server as this window has it: found, started, watched, restarted. */

import { homedir } from "node:os";
import { EventEmitter, type ExtensionContext, type LogOutputChannel, workspace } from "vscode";
import {
  DidChangeConfigurationNotification,
  type Executable,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { Crashes } from "./crashes";
import { WorkhorseCapabilities } from "./capabilities";
import { findServer, type Launch, type Missing, type WrongPath } from "./launch";
import { forServer } from "./settings";
import type { TaskProgress } from "./taskProgress";

export type ServerState =
  | { readonly kind: "stopped" }
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly launch: Launch }
  | { readonly kind: "failed"; readonly message: string }
  | Missing
  | WrongPath;

const DOCUMENTS = [{ scheme: "file", language: "python" }];

/** Starts and stops one after the other, however often they are asked for. */
export class Server {
  private readonly changed = new EventEmitter<ServerState>();
  private readonly crashed = new EventEmitter<{ readonly again: boolean }>();
  private current: ServerState = { kind: "stopped" };
  private running: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();

  /** Fires after each change of `state`. */
  readonly onDidChangeState = this.changed.event;
  /** Fires when the server ended by itself; `again` says whether it is started again. */
  readonly onDidCrash = this.crashed.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
    private readonly progress: TaskProgress,
    private readonly prepare: (client: LanguageClient) => void,
  ) {}

  get state(): ServerState {
    return this.current;
  }

  /** The client, while the server answers. */
  get client(): LanguageClient | undefined {
    return this.running?.state === State.Running ? this.running : undefined;
  }

  /** Stop the server if there is one, look for it anew, and start it. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.end();
      await this.begin();
    });
  }

  /** Stop the server. */
  stop(): Promise<void> {
    return this.enqueue(() => this.end());
  }

  /** Tell the server of changed settings. */
  async sendSettings(): Promise<void> {
    const settings = { workhorse: forServer(workspace.getConfiguration("workhorse")) };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  dispose(): void {
    this.changed.dispose();
    this.crashed.dispose();
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step);
    return this.queue;
  }

  private async begin(): Promise<void> {
    this.enter({ kind: "starting" });
    const found = await findServer(this.context.globalStorageUri, workspace.workspaceFolders?.[0]?.uri);
    if (found.kind !== "launch") {
      this.enter(found);
      return;
    }
    this.log.info(`Starting ${[found.command, ...found.args].join(" ")}`);
    try {
      await this.run(found);
      this.enter({ kind: "running", launch: found });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.enter({ kind: "failed", message: `The Workhorse server did not start: ${why}` });
    }
  }

  /** Resolves when the server has answered; rejects when it ended before. */
  private async run(launch: Launch): Promise<void> {
    let giveUp: (why: Error) => void;
    const ended = new Promise<never>((_, reject) => (giveUp = reject));
    const client = this.makeClient(launch, () => {
      giveUp(new Error(`${launch.command} ended at once.`));
    });
    this.running = client;
    await Promise.race([client.start(), ended]); // start() alone may wait for ever
  }

  private async end(): Promise<void> {
    const client = this.running;
    this.running = undefined;
    this.progress.clear();
    if (client?.needsStop() === true)
      await client.stop().catch((error: unknown) => {
        this.log.warn(String(error));
      });
    await client?.dispose().catch((error: unknown) => {
      this.log.warn(String(error));
    });
    this.enter({ kind: "stopped" });
  }

  private makeClient(launch: Launch, onEarlyEnd: () => void): LanguageClient {
    const executable: Executable = {
      command: launch.command,
      args: [...launch.args],
      options: { cwd: homedir() }, // never the opened folder: it may hold files that a Python would import
    };
    const client = new LanguageClient("workhorse", "Workhorse", executable, this.clientOptions(launch, onEarlyEnd));
    client.registerFeature(new WorkhorseCapabilities());
    this.prepare(client);
    return client;
  }

  private clientOptions(launch: Launch, onEarlyEnd: () => void): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => forServer(workspace.getConfiguration("workhorse")),
      initializationFailedHandler: () => false,
      errorHandler: new Crashes(
        () => this.current.kind === "running",
        (again) => {
          if (this.current.kind === "running") this.afterCrash(again, launch);
          else onEarlyEnd();
        },
      ),
      middleware: {
        handleWorkDoneProgress: (token, value, next) => {
          this.progress.handle(token, value, () => {
            next(token, value);
          });
        },
        workspace: {
          configuration: async (params, token, next) => {
            const answers = await next(params, token);
            return Array.isArray(answers) ? answers.map(forServer) : answers;
          },
        },
      },
    };
  }

  private afterCrash(again: boolean, launch: Launch): void {
    this.progress.clear();
    this.crashed.fire({ again });
    this.enter(
      again ? { kind: "running", launch } : { kind: "failed", message: "The Workhorse server keeps stopping." },
    );
  }

  private enter(state: ServerState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
