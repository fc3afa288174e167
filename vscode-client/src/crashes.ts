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

/** Starts it again three times within three minutes, and then no more; not at all if it never ran. */
export class Crashes implements ErrorHandler {
  private times: number[] = [];

  /** `ran` says whether it has answered yet; `tell` hears of each end. */
  constructor(
    private readonly ran: () => boolean,
    private readonly tell: (again: boolean) => void,
  ) {}

  error(_error: Error, _message: Message | undefined, count: number | undefined): ErrorHandlerResult {
    return { action: (count ?? 0) <= MOST ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true };
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.times = [...this.times.filter((time) => now - time < WINDOW), now];
    const again = this.ran() && this.times.length <= MOST;
    this.tell(again);
    return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
  }
}
