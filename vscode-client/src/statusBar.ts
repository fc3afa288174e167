/** The item in the status bar: model, running tasks, waiting reviews; all of it in its tooltip. */

import { MarkdownString, StatusBarAlignment, ThemeColor, window } from "vscode";
import type { Status } from "./protocol";
import type { ServerState } from "./server";
import { rulesOnly } from "./settings";

export class StatusBar {
  private readonly item = window.createStatusBarItem("workhorse.status", StatusBarAlignment.Right, 90);

  constructor() {
    this.item.name = "Workhorse";
    this.item.command = "workhorse.menu";
    this.item.show();
  }

  /** The present text. */
  get text(): string {
    return this.item.text;
  }

  /** Show a state, and the server's status while it runs. */
  show(state: ServerState, status: Status | undefined): void {
    const bad = state.kind === "failed" || state.kind === "missing" || state.kind === "wrong path";
    this.item.backgroundColor = bad ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.text = textOf(state, status);
    this.item.tooltip = tooltipOf(state, status);
    this.item.accessibilityInformation = { label: this.item.text.replace(/\$\([a-z-~]+\)/g, ""), role: "button" };
  }

  dispose(): void {
    this.item.dispose();
  }
}

function textOf(state: ServerState, status: Status | undefined): string {
  if (state.kind === "stopped") return "$(circle-slash) Workhorse";
  if (state.kind !== "running" && state.kind !== "starting") return "$(warning) Workhorse";
  if (status === undefined) return "$(loading~spin) Workhorse";
  const writer = status.endpoint === null || rulesOnly() ? "rules" : (status.model ?? "model");
  const running = status.running.length > 0 ? `\u00a0 $(sync~spin) ${status.running.length}` : "";
  const waiting = status.waiting > 0 ? `\u00a0 $(inbox) ${status.waiting}` : "";
  const server = status.endpoint === null || rulesOnly() ? "" : ` @ ${hostOf(status.endpoint)}`;
  return `$(wand) ${writer}${server}${running}${waiting}`;
}

/** "localhost:11434" of "http://localhost:11434/v1". */
function hostOf(endpoint: string): string {
  return endpoint.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function tooltipOf(state: ServerState, status: Status | undefined): MarkdownString {
  const lines = state.kind === "running" && status !== undefined ? statusLines(status) : [stateLine(state)];
  const text = new MarkdownString();
  text.appendText(["Workhorse", ...lines].join("\n\n"));
  return text;
}

function statusLines(status: Status): string[] {
  const tasks = status.running.map((task) => `${task.title}: ${Math.round(task.percentage)} %`);
  return [
    ...writerLines(status),
    tasks.length === 0 ? "No task runs." : tasks.join("\n\n"),
    status.waiting === 1 ? "1 job waits for you." : `${status.waiting} jobs wait for you.`,
    `Version ${status.version}`,
  ];
}

function writerLines({ endpoint, model }: Status): string[] {
  if (rulesOnly()) return ["Rules only, by the setting workhorse.engine."];
  if (endpoint === null) return ["No model server answers; rules work alone."];
  return [`Model server: ${endpoint}`, ...(model === null ? [] : [`Model: ${model}`])];
}

function stateLine(state: ServerState): string {
  switch (state.kind) {
    case "missing":
      return state.python === undefined ? "No Python 3.11 or newer was found." : "The server is not installed.";
    case "failed":
    case "wrong path":
      return state.message;
    case "starting":
      return "The server starts.";
    case "stopped":
      return "The server is stopped.";
    case "running":
      return "The server runs.";
  }
}
