/** What is done when the server ends by itself: started again, unless it keeps ending. */

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

/** It never answered; or it ended and is started again; or it ended too often. */
export type End = "at once" | "again" | "for good";

/** Starts it again three times within three minutes, and then no more; not at all if it never answered. */
export class Crashes implements ErrorHandler {
  private times: number[] = [];
  private answered = false;

  constructor(private readonly tell: (end: End) => void) {}

  /** To be called when the server has answered. */
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
