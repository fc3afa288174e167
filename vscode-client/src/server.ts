/** The language server of this window: found, started, watched, restarted. */

import { EventEmitter, type ExtensionContext, type LogOutputChannel, workspace } from "vscode";
import { DidChangeConfigurationNotification, type LanguageClient, State } from "vscode-languageclient/node";
import { makeClient } from "./client";
import { Crashes, type End } from "./crashes";
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

/** Runs starts and stops one after the other. */
export class Server {
  private readonly changed = new EventEmitter<ServerState>();
  private readonly crashed = new EventEmitter<undefined>();
  private current: ServerState = { kind: "stopped" };
  private running: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();

  /** Fires after each change of `state`. */
  readonly onDidChangeState = this.changed.event;
  /** Fires when the server ended by itself and is started again. */
  readonly onDidCrash = this.crashed.event;

  /** `prepare` gets each new client before it is started. */
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

  /** Stop the server if there is one, find it again, and start it. */
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

  /** Send changed settings to the server. */
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
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.enter({ kind: "failed", message: `The Workhorse server did not start: ${why}` });
    }
  }

  /** Resolves when the server has answered; rejects when it ended before. */
  private async run(launch: Launch): Promise<void> {
    let giveUp: (why: Error) => void;
    const endedAtOnce = new Promise<never>((_, reject) => (giveUp = reject));
    const crashes = new Crashes((end) => {
      if (end === "at once") giveUp(new Error(`${launch.command} ended at once.`));
      else this.afterCrash(end);
    });
    const client = makeClient(launch, this.log, this.progress, crashes);
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) return;
      crashes.hasAnswered();
      this.enter({ kind: "running", launch });
    });
    this.prepare(client);
    this.running = client;
    await Promise.race([client.start(), endedAtOnce]); // start() alone may wait for ever
  }

  private async end(): Promise<void> {
    const client = this.running;
    this.running = undefined;
    this.progress.clear();
    try {
      if (client?.needsStop() === true) await client.stop();
      await client?.dispose();
    } catch (error) {
      this.log.warn(String(error)); // it did not stop by itself; its process is ended all the same
    }
    this.enter({ kind: "stopped" });
  }

  private afterCrash(end: Exclude<End, "at once">): void {
    this.progress.clear();
    if (end === "again") {
      this.enter({ kind: "starting" });
      this.crashed.fire(undefined);
    } else {
      this.enter({ kind: "failed", message: "The Workhorse server keeps stopping." });
    }
  }

  private enter(state: ServerState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
