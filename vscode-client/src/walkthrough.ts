/** The walkthrough: its steps are ticked when they were done, and not when a button was pressed. */

import { commands, type ExtensionContext, Position, Selection, window, workspace } from "vscode";

export type Step = "server" | "model" | "docstring" | "review";

/** The time until the walkthrough reads context keys after it was opened, in milliseconds. */
const WALKTHROUGH_MS = 1_000;
const SAMPLE = `def parse(text: str) -> list[str]:
    # Split a text into its words.
    if not text:
        raise ValueError("the text must not be empty")
    return text.split()
`;

/** The steps that were done in this window. */
export class Walkthrough {
  private readonly done = new Set<Step>();

  note(step: Step): void {
    this.done.add(step);
    void commands.executeCommand("setContext", `workhorse.done.${step}`, true);
  }

  /** Set the context of each step that was done. */
  async set(value: boolean): Promise<void> {
    for (const step of this.done) await commands.executeCommand("setContext", `workhorse.done.${step}`, value);
  }
}

/**
 * Open the walkthrough. VS Code ticks a step when its context becomes true, and not when it was true before the
 * walkthrough was first shown.
 */
export async function showWalkthrough(context: ExtensionContext, walkthrough: Walkthrough): Promise<void> {
  await walkthrough.set(false);
  await commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`);
  await new Promise((resolve) => setTimeout(resolve, WALKTHROUGH_MS));
  await walkthrough.set(true);
}

/** Open a function without a docstring in a document of its own, with the cursor on it. */
export async function openSample(): Promise<void> {
  const document = await workspace.openTextDocument({ language: "python", content: SAMPLE });
  const at = new Position(0, 4);
  await window.showTextDocument(document, { selection: new Selection(at, at) });
}
