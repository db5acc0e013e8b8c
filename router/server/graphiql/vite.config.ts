import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Addresses are relative, so that the page works under any prefix; the router serves `graphiql/` for a year.
export default defineConfig({
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsDir: "graphiql",
    chunkSizeWarningLimit: 5_000,
    reportCompressedSize: false,
  },
});
