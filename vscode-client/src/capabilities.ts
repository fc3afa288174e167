/** The capabilities that this client announces to the server. */

import { workspace } from "vscode";
import type { ClientCapabilities, FeatureState, StaticFeature } from "vscode-languageclient/node";

/** Announces questions to the user, diffs, and whether the folder is trusted. */
export class WorkhorseCapabilities implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    const experimental = (capabilities.experimental ?? {}) as Record<string, unknown>;
    experimental.workhorse = { ask: true, showDiff: true, drafted: true, messages: true, trusted: workspace.isTrusted };
    capabilities.experimental = experimental;
  }

  initialize(): void {
    // nothing depends on what the server can do
  }

  getState(): FeatureState {
    return { kind: "static" };
  }

  clear(): void {
    // it holds nothing
  }
}
