/** Unit tests of the islands' pure models: no browser needed. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["carecoord/web/islands/**/*.test.ts"],
    environment: "node",
  },
});
