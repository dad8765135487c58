// Bundles the front-end into dist/: app.js and style.css, each beside a .gz of
// itself. Prints the compressed sizes and fails above the budget.
import { build, context } from "esbuild";
import { readFileSync, writeFileSync, rmSync, mkdirSync } from "node:fs";
import { gzipSync, constants } from "node:zlib";

const JS_BUDGET = 120_000; // bytes of compressed JavaScript in all

const options = {
  entryPoints: { app: "src/app.js", style: "src/app.css" },
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox121", "safari17.5"], // light-dark(), nesting, container queries
  legalComments: "linked",
  logLevel: "warning",
};

if (process.argv.includes("--watch")) {
  const c = await context(options);
  await c.watch();
} else {
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist");
  writeFileSync("dist/.keep", "");
  await build(options);
  let js = 0;
  for (const name of ["app.js", "style.css"]) {
    const raw = readFileSync(`dist/${name}`);
    const gz = gzipSync(raw, { level: constants.Z_BEST_COMPRESSION });
    writeFileSync(`dist/${name}.gz`, gz);
    if (name.endsWith(".js")) js += gz.length;
    console.log(`${name.padEnd(10)} ${String(raw.length).padStart(7)} bytes, ${String(gz.length).padStart(6)} compressed`);
  }
  if (js > JS_BUDGET) {
    console.error(`JavaScript: ${js} bytes compressed are above the budget of ${JS_BUDGET}`);
    process.exit(1);
  }
}
