// The interface of ms-python.python that extensions use, as its public documentation describes it.
const { EventEmitter, Uri } = require("vscode");

let chosen = process.env.CHOSEN_PYTHON ?? "";
const changed = new EventEmitter();

exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ id: chosen, path: chosen }),
    resolveEnvironment: async ({ path }) => ({ id: path, path, executable: { uri: Uri.file(path) } }),
    onDidChangeActiveEnvironmentPath: changed.event,
  },
  choose: (path) => {
    chosen = path;
    changed.fire({ id: path, path });
  },
});
