import type { InlineConfig } from 'vite'

/** Everything comes from our own origin under /app, its name a hash of what it holds; nothing is inlined, since the policy forbids that. */
export const config: InlineConfig = {
  root: import.meta.dirname,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    outDir: 'dist',
    assetsDir: 'app',
    assetsInlineLimit: 0,
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What many pages use comes in one piece: a request costs more than a few kB that this page does without.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 8 }] } } },
  },
}
