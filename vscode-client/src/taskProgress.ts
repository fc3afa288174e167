/** Progress of the server's tasks, with a button to cancel; vscode-languageclient's own cannot be cancelled. */

import { type Progress, ProgressLocation, window } from "vscode";
import {
  type ProgressToken,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;
type Report = Progress<{ message?: string; increment?: number }>;

interface Shown {
  report: Report | undefined;
  percentage: number;
  readonly end: () => void;
}

export class TaskProgress {
  private readonly shown = new Map<ProgressToken, Shown>();

  /** `cancel` asks the server to cancel a task. */
  constructor(private readonly cancel: (token: ProgressToken) => void) {}

  /** Show the server's progress. `next` is vscode-languageclient's handler, needed for the end only. */
  handle(token: ProgressToken, value: Value, next: () => void): void {
    if (value.kind === "begin") {
      this.begin(token, value);
    } else if (value.kind === "report") {
      this.report(token, value);
    } else {
      this.shown.get(token)?.end();
      this.shown.delete(token);
      next();
    }
  }

  /** End all progress: the server is gone. */
  clear(): void {
    for (const { end } of this.shown.values()) end();
    this.shown.clear();
  }

  private begin(token: ProgressToken, value: WorkDoneProgressBegin): void {
    const cancellable = value.cancellable === true;
    const location = cancellable ? ProgressLocation.Notification : ProgressLocation.Window;
    void window.withProgress({ location, cancellable, title: value.title }, async (report, cancellation) => {
      cancellation.onCancellationRequested(() => {
        this.cancel(token);
      });
      await new Promise<void>((end) => {
        this.shown.set(token, { report, percentage: 0, end });
        this.report(token, value);
      });
    });
  }

  private report(token: ProgressToken, value: WorkDoneProgressBegin | WorkDoneProgressReport): void {
    const shown = this.shown.get(token);
    if (shown === undefined) return;
    const increment = Math.max(0, (value.percentage ?? 0) - shown.percentage);
    shown.percentage += increment;
    shown.report?.report({ ...(value.message === undefined ? {} : { message: value.message }), increment });
  }
}
