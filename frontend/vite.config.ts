// How the browser UI is built (into host/static), served while developing, and tested.
import { fileURLToPath } from "node:url";
import vueI18n from "@intlify/unplugin-vue-i18n/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const host = process.env.KENPIN_API ?? "http://127.0.0.1:8700";
const proxied = Object.fromEntries(
  ["/v1", "/files", "/docs", "/config.json", ...(process.env.KENPIN_PROXY ?? "").split(",")]
    .filter(Boolean)
    .map((path) => [path, { target: host }]),
);

/** What every screen needs, in one file: over HTTP/1.1 a browser asks for six at a time, and there were twenty. */
const SHELL = { name: "shell", tags: ["$initial" as const], test: /node_modules|src\/(?!main)/ };

export default defineConfig({
  plugins: [vue(), vueI18n({ include: here("./src/i18n/*.json"), runtimeOnly: true, dropMessageCompiler: true })],
  resolve: { alias: { "@": here("./src") } },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: "../host/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [SHELL] } } },
  },
  server: { host: "127.0.0.1", proxy: proxied },
  preview: { host: "127.0.0.1", proxy: proxied },
  test: { environment: "node", include: ["src/**/*.spec.ts"], restoreMocks: true },
});
