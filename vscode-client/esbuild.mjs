// Bundles the extension into dist/, and with --tests the suites that run inside VS Code into out/.
import { build } from "esbuild";
import { readdirSync } from "node:fs";

const shared = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  sourcemap: true,
  logLevel: "warning",
};

await build({
  ...shared,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  external: ["vscode"],
  minify: true,
});

if (process.argv.includes("--tests")) {
  const suites = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  const entryPoints = suites.map((name) => ({ in: `test/${name}`, out: name.replace(".test.ts", "") }));
  await build({ ...shared, entryPoints, outdir: "out", external: ["vscode", "mocha"] });
}
