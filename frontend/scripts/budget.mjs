// Holds the build to its size: the shell and every lazy route, gzipped (JavaScript and CSS together).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const SHELL_KB = 110;
const ROUTE_KB = 60;
const out = new URL("../../host/static/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", out), "utf8"));

function files(key, seen = new Set()) {
  const chunk = manifest[key];
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const imported of chunk.imports ?? []) files(imported, seen);
  return seen;
}

const kilobytes = (names) =>
  [...names].reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, out))).length, 0) / 1024;

const shell = files("index.html");
const rows = [["shell", kilobytes(shell), SHELL_KB]];
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue;
  const own = [...files(key)].filter((name) => !shell.has(name));
  rows.push([key, kilobytes(own), ROUTE_KB]);
}

for (const [name, size, limit] of rows)
  console.log(`${size > limit ? "OVER" : "ok  "} ${size.toFixed(1).padStart(6)} / ${limit} KB  ${name}`);
process.exit(rows.some(([, size, limit]) => size > limit) ? 1 : 0);
