import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { z } from 'zod'
import { failure, success, type Result } from '../../core/base/result.ts'

/** An interpreter that runs his code. */
export interface Python {
  readonly path: string
  /** `3.11.2`. */
  readonly version: string
  /** Packages that matter here and can be imported, with their versions: `numpy 1.24.2`. */
  readonly packages: readonly string[]
  /** Folders that it imports from, in order. */
  readonly imports: readonly string[]
  /** Every folder that it must be able to read. */
  readonly folders: readonly string[]
}

const OLDEST = [3, 9] as const
const USUAL = ['/usr/bin', '/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin', '/opt/conda/bin']
const PATIENCE = 20_000

/** Prints what it is as JSON; packages are looked up, not imported, so that this costs little. */
const QUESTION = `
import importlib.metadata, importlib.util, json, os, sys
packages = []
for name in ("numpy", "pandas", "scipy"):
    try:
        if importlib.util.find_spec(name) is not None:
            packages.append(name + " " + importlib.metadata.version(name))
    except Exception:
        pass
imports = [os.path.realpath(it) for it in sys.path if it and os.path.isabs(it) and os.path.exists(it)]
folders = [os.path.realpath(it) for it in (sys.prefix, sys.base_prefix, sys.exec_prefix) if it]
print(json.dumps({"executable": os.path.realpath(sys.executable), "version": list(sys.version_info[:3]), "packages": packages, "imports": imports, "folders": folders}))
`

const Answer = z.object({
  executable: z.string().min(1),
  version: z.array(z.number()).length(3),
  packages: z.array(z.string()),
  imports: z.array(z.string()),
  folders: z.array(z.string()),
})

/**
 * The interpreter that serves best: the one that is set, else of all on PATH and in the usual places the first with the most of
 * numpy, pandas and scipy. Fails with a sentence where none serves.
 */
export async function findPython(
  set: string | undefined,
  path = process.env['PATH'] ?? '',
): Promise<Result<Python, string>> {
  if (set !== undefined && set !== '') return ask(set)
  const folders = [...new Set([...path.split(delimiter).filter(it => it !== ''), ...USUAL])]
  const candidates = folders.map(folder => join(folder, 'python3')).filter(file => existsSync(file))
  const found: Python[] = []
  for (const candidate of candidates) {
    const answer = await ask(candidate)
    if (answer.ok) found.push(answer.value)
    // None can have more than all three
    if (answer.ok && answer.value.packages.length === 3) break
  }
  const best = found.toSorted((one, other) => other.packages.length - one.packages.length)[0]
  return best === undefined
    ? failure('No Python of version 3.9 or later was found; name one in the setting assistant.python.')
    : success(best)
}

async function ask(file: string): Promise<Result<Python, string>> {
  const told = await output(file, ['-B', '-c', QUESTION])
  if (!told.ok) return told
  const answer = readAnswer(told.value)
  if (answer === undefined) return failure(`${file} does not answer as Python does.`)
  const [major = 0, minor = 0] = answer.version
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return failure(`${file} is Python ${major}.${minor}; 3.9 or later is needed.`)
  const { executable, packages, imports } = answer
  const folders = [...new Set([...answer.folders, ...imports])]
  return success({ path: executable, version: answer.version.join('.'), packages, imports, folders })
}

function readAnswer(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** What a program prints; fails where it cannot be started, fails itself or is silent for too long. */
function output(file: string, options: readonly string[]): Promise<Result<string, string>> {
  return new Promise(resolve => {
    const child = spawn(file, options, { stdio: ['ignore', 'pipe', 'ignore'], timeout: PATIENCE, cwd: '/' })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
    child.on('error', problem => resolve(failure(`${file} could not be started: ${problem.message}`)))
    child.on('close', code =>
      resolve(code === 0 ? success(text) : failure(`${file} ended with ${code ?? 'a signal'}.`)),
    )
  })
}
