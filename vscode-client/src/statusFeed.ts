/** The server's last status. */

import { EventEmitter } from "vscode";
import type { Status } from "./protocol";

export class StatusFeed {
  private readonly changed = new EventEmitter<Status | undefined>();
  private last: Status | undefined;
  readonly onDidChange = this.changed.event;

  /** `undefined` while no server runs. */
  get latest(): Status | undefined {
    return this.last;
  }

  set(status: Status | undefined): void {
    this.last = status;
    this.changed.fire(status);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
