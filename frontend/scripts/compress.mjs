// Writes each built text file compressed beside itself (.br and .gz), for hosts that serve it so.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const TEXT = /\.(js|css|html|svg|json)$/;
/** A shorter file fits into one packet as it is. */
const LEAST_BYTES = 1400;
const out = new URL("../../host/static/", import.meta.url);

for (const name of readdirSync(out, { recursive: true })) {
  const file = new URL(name, out);
  if (name.startsWith(".") || !TEXT.test(name) || !statSync(file).isFile()) continue;
  const text = readFileSync(file);
  if (text.length < LEAST_BYTES) continue;
  writeFileSync(new URL(`${name}.br`, out), brotliCompressSync(text));
  writeFileSync(new URL(`${name}.gz`, out), gzipSync(text, { level: 9 }));
}
