import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string) => resolve(import.meta.dirname, path)
const native = ['electron', 'better-sqlite3', 'hnswlib-node', 'onnxruntime-node', '@duckdb/node-api']
/** Loaded from their packages as they are: grammars are found beside their code, and a language model is loaded when it is asked for. */
const whole = [/^web-tree-sitter/, /^tree-sitter-/, /^node-llama-cpp/, /^@huggingface\/tokenizers/]

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: at('main/index.ts'),
          start: at('main/shell/start.ts'),
          cli: at('main/shell/cli.ts'),
          memoryWorker: at('main/processes/memoryWorker.ts'),
          policyWorker: at('main/processes/policyWorker.ts'),
          backtestWorker: at('main/processes/backtestWorker.ts'),
          learnerWorker: at('main/processes/learnerWorker.ts'),
          explanationWorker: at('main/processes/explanationWorker.ts'),
          assistantWorker: at('main/processes/assistantWorker.ts'),
        },
        external: [...native, ...whole],
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', format: 'es' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: at('preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      // Fonts as files: the page's policy allows no data: fonts
      assetsInlineLimit: 0,
      emptyOutDir: true,
      rollupOptions: {
        input: { index: at('renderer/index.html'), 'preload-web': at('preload/web.ts') },
        output: {
          entryFileNames: chunk =>
            chunk.name === 'preload-web' ? 'preload-web.js' : 'assets/[name]-[hash].js',
        },
      },
    },
  },
})
