import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that a proxy may serve it below any path.
  base: './',
  // The automatic runtime of JSX imports what tsconfig.json names.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page allows no `data:` fonts and scripts; small images stay files as well.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One for all pages, at the start: Vite takes one that did not arrive for one that did, and never asks again.
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  plugins: [compression({ algorithms: ['gzip', 'brotliCompress'], exclude: [/\.(?:br|gz)$/] })],
});
