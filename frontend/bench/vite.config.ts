// How the pages of the bench are built: `vite build --config bench/vite.config.ts --outDir FOLDER`.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  resolve: { alias: { "@": here("../src") } },
  build: { target: "es2022", emptyOutDir: true, modulePreload: { polyfill: false } },
});
