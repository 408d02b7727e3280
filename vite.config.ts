/**
 * Front-end build: one style sheet and one small script that loads islands on demand.
 *
 * Nothing is inlined (no `data:` addresses), because the content security policy
 * lets fonts and scripts come from files of our own only.
 */
import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/",
  publicDir: "carecoord/web/public",
  build: {
    outDir: "carecoord/web/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    cssMinify: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        main: "carecoord/web/styles/main.css",
        islands: "carecoord/web/islands/main.ts",
      },
    },
  },
});
