import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'

/** Folders in which nobody's own code stands; never read, whatever `.gitignore` says. */
const NEVER_READ = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '__pycache__',
  '.venv',
  'venv',
  'site-packages',
  '.tox',
  '.nox',
  '.eggs',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
])

/** Git's default on each system. */
const OPTIONS = { ignoreCase: process.platform !== 'linux' }

/** Whether a folder's name alone says that nothing in it is read. */
export function isNeverRead(name: string): boolean {
  return NEVER_READ.has(name)
}

/**
 * What is left out below a folder, as the `.gitignore` files say that are there when first asked for: those below it, it itself,
 * and those above it up to the top of its repository. The deepest file that speaks of a path decides, as in Git.
 */
export class IgnoreRules {
  readonly #root: string
  #top: string
  readonly #rules = new Map<string, Ignore | undefined>()

  constructor(root: string) {
    this.#root = root
    this.#top = repositoryTop(root) ?? root
    // Whoever asks for a folder that its repository leaves out wants it read
    if (this.#isLeftOut()) this.#top = root
  }

  /** Whether a path is left out by itself; nothing is said of the folders above it. */
  excludes(path: string, isFolder: boolean): boolean {
    if (isFolder && (isNeverRead(basename(path)) || existsSync(join(path, 'pyvenv.cfg')))) return true
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const rules = this.#rulesOf(folder)
      if (rules) {
        const verdict = rules.test(relative(folder, path).replaceAll(sep, '/') + (isFolder ? '/' : ''))
        if (verdict.ignored) return true
        if (verdict.unignored) return false
      }
      if (folder === this.#top || folder === dirname(folder)) return false
    }
  }

  /** Whether a file, or any folder between the root and it, is left out. */
  hides(file: string): boolean {
    for (let folder = dirname(file); folder !== this.#root; folder = dirname(folder)) {
      if (folder === dirname(folder)) return true
      if (this.excludes(folder, true)) return true
    }
    return this.excludes(file, false)
  }

  /** Whether the root, or a folder between it and the top, is left out from above. */
  #isLeftOut(): boolean {
    for (let folder = this.#root; folder !== this.#top; folder = dirname(folder))
      if (this.excludes(folder, true)) return true
    return false
  }

  #rulesOf(folder: string): Ignore | undefined {
    if (!this.#rules.has(folder)) this.#rules.set(folder, this.#read(folder))
    return this.#rules.get(folder)
  }

  #read(folder: string): Ignore | undefined {
    const files = [join(folder, '.gitignore')]
    if (folder === this.#top) files.unshift(join(folder, '.git/info/exclude'))
    const texts = files.map(textOrNothing).filter(text => text !== '')
    return texts.length === 0 ? undefined : ignore(OPTIONS).add(texts.flatMap(text => text.split(/\r?\n/)))
  }
}

/** The folder of the repository that a folder lies in; undefined where it lies in none. */
function repositoryTop(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : repositoryTop(above)
}

/** Rules that cannot be read exclude nothing. */
function textOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
