import { createRequire } from 'node:module'
import { Language, Parser, type Node, type Tree } from 'web-tree-sitter'
import type { CodeLanguage } from './code.ts'

/** What a file is parsed as: its language, and TypeScript with markup apart. */
export type Grammar = CodeLanguage | 'tsx'

/** The parsers of all languages, loaded. They are used one parse at a time, which a thread does anyway. */
export interface Grammars {
  /**
   * Parses any text; what does not fit the language becomes error nodes. The tree lives in the memory of the parser: who asked
   * for it calls `delete` on it, and reads none of its nodes after. `previous` is the tree of the text before an edit that was told
   * to it (`tree.edit`); what is the same is taken from it.
   */
  parse(grammar: Grammar, text: string, previous?: Tree): Tree
  /** Parses, lets the root be read, and frees the tree whatever happens. */
  withTree<Value>(grammar: Grammar, text: string, read: (root: Node) => Value): Value
  /** The numbers that a grammar gives to the names of its nodes and fields. */
  language(grammar: Grammar): Language
}

const FILES: Readonly<Record<Grammar, string>> = {
  python: 'tree-sitter-python/tree-sitter-python.wasm',
  typescript: 'tree-sitter-typescript/tree-sitter-typescript.wasm',
  tsx: 'tree-sitter-typescript/tree-sitter-tsx.wasm',
  cpp: 'tree-sitter-cpp/tree-sitter-cpp.wasm',
}

const ENDINGS: Readonly<Record<string, Grammar>> = {
  py: 'python',
  pyi: 'python',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  c: 'cpp',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  cu: 'cpp',
  cuh: 'cpp',
  h: 'cpp',
  hh: 'cpp',
  hpp: 'cpp',
  hxx: 'cpp',
}

let opened: Promise<Grammars> | undefined

/** Loads the parsers, once in a process; throws where a grammar's file is not installed. */
export function openGrammars(): Promise<Grammars> {
  opened ??= load()
  return opened
}

/** What a file is parsed as, by the ending of its name; undefined where it is none of the languages that are read. */
export function grammarOf(file: string): Grammar | undefined {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase()
  return ending === undefined || !Object.hasOwn(ENDINGS, ending) ? undefined : ENDINGS[ending]
}

/** The language of a grammar. */
export function languageOf(grammar: Grammar): CodeLanguage {
  return grammar === 'tsx' ? 'typescript' : grammar
}

async function load(): Promise<Grammars> {
  await Parser.init()
  const parsers: Readonly<Record<Grammar, Parser>> = {
    python: await parserOf('python'),
    typescript: await parserOf('typescript'),
    tsx: await parserOf('tsx'),
    cpp: await parserOf('cpp'),
  }
  function parse(grammar: Grammar, text: string, previous?: Tree): Tree {
    const tree = parsers[grammar].parse(text, previous ?? null)
    if (!tree) throw new Error(`the ${grammar} parser gave no tree`)
    return tree
  }
  return {
    parse,
    withTree: (grammar, text, read) => {
      const tree = parse(grammar, text)
      try {
        return read(tree.rootNode)
      } finally {
        tree.delete()
      }
    },
    language: grammar => {
      const { language } = parsers[grammar]
      if (!language) throw new Error(`the ${grammar} parser has no language`)
      return language
    },
  }
}

async function parserOf(grammar: Grammar): Promise<Parser> {
  const file = createRequire(import.meta.url).resolve(FILES[grammar])
  return new Parser().setLanguage(await Language.load(file))
}
