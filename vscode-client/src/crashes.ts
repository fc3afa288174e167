/** The end of the server by itself: it is started again, unless it keeps ending. */

import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  type ErrorHandlerResult,
  type Message,
} from "vscode-languageclient/node";

const WINDOW = 3 * 60 * 1000; // milliseconds
const MOST = 3;

/** The three ends: without an answer, followed by a restart, or too often. */
export type End = "at once" | "again" | "for good";

/** Restarts the server at most three times within three minutes, and never if it has not answered. */
export class Crashes implements ErrorHandler {
  private times: number[] = [];
  private answered = false;

  constructor(private readonly tell: (end: End) => void) {}

  /** Note that the server has answered. */
  hasAnswered(): void {
    this.answered = true;
  }

  error(_error: Error, _message: Message | undefined, count: number | undefined): ErrorHandlerResult {
    return { action: (count ?? 0) <= MOST ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true };
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.times = [...this.times.filter((time) => now - time < WINDOW), now];
    const end = !this.answered ? "at once" : this.times.length <= MOST ? "again" : "for good";
    this.tell(end);
    return { action: end === "again" ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
  }
}
