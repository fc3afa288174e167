/** The news that a draft waits: it names the region and quotes the text, and opens nothing by itself. */

import { window } from "vscode";
import type { Diffs } from "./diff";
import type { Drafted } from "./protocol";

const LONGEST = 160;

/** Show the news; its user opens the review. */
export async function tellOfDraft(news: Drafted, diffs: Diffs): Promise<void> {
  const pressed = await window.showInformationMessage(sentence(news), "Review", "Later");
  if (pressed === "Review") await diffs.show(news);
}

function sentence({ title, regions }: Drafted): string {
  const [first] = regions;
  if (first === undefined) return title;
  const text = first.text.replace(/\s+/g, " ");
  const quoted = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const more = regions.length > 1 ? ` (and ${regions.length - 1} more)` : "";
  return `${first.name === "" ? first.path : first.name}: ${quoted}${more}`;
}
