/** What this client tells the server of itself. */

import { workspace } from "vscode";
import type { ClientCapabilities, FeatureState, StaticFeature } from "vscode-languageclient/node";

/** It asks its user for words, shows diffs, and knows whether the folder is trusted. */
export class WorkhorseCapabilities implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    const experimental = (capabilities.experimental ?? {}) as Record<string, unknown>;
    experimental.workhorse = { ask: true, showDiff: true, trusted: workspace.isTrusted };
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
