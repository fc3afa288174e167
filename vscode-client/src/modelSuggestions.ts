/** The models that are there, suggested while `workhorse.model` is written into a settings file. */

import {
  CompletionItem,
  CompletionItemKind,
  type Disposable,
  languages,
  type Position,
  Range,
  type TextDocument,
} from "vscode";
import { describeModel, findModels } from "./models";
import type { Server } from "./server";

/** Settings files of the user and of folders, and workspace files. */
const FILES = ["**/settings.json", "**/*.code-workspace"].map((pattern) => ({ language: "jsonc", pattern }));
const VALUE = /("workhorse\.model"\s*:\s*)("[^"]*"?)?/;

/** Suggest models from now on. */
export function suggestModels(server: Server): Disposable {
  const provideCompletionItems = async (document: TextDocument, position: Position): Promise<CompletionItem[]> => {
    const place = valueAt(document, position);
    if (place === undefined) return [];
    const servers = await findModels(server);
    return servers.flatMap(({ endpoint, models }) =>
      models.map((model) => {
        const item = new CompletionItem(model.name, CompletionItemKind.Value);
        item.detail = [endpoint, describeModel(model)].filter(Boolean).join(" · ");
        item.range = place;
        item.filterText = item.insertText = JSON.stringify(model.name);
        return item;
      }),
    );
  };
  return languages.registerCompletionItemProvider(FILES, { provideCompletionItems }, '"');
}

/** Return the place of the value of `workhorse.model`, present or not, if the position is in it. */
function valueAt(document: TextDocument, position: Position): Range | undefined {
  const { text } = document.lineAt(position);
  const found = VALUE.exec(text);
  if (found === null) return undefined;
  const begin = found.index + (found[1] ?? "").length;
  const end = begin + (found[2] ?? "").length;
  return position.character >= begin && position.character <= end
    ? new Range(position.line, begin, position.line, end)
    : undefined;
}
