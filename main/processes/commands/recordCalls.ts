import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Settings } from '../../adapters/settings/settings.ts'
import { findPython } from '../../assistant/verifier/findPython.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import type { Places } from '../services.ts'

/** A test run that is to be watched. */
export interface RecordedRun {
  /** Dotted name of the module, and the function in it. */
  readonly module: string
  readonly function: string
  /** The file that the calls are written to, a JSON object a line. */
  readonly out: string
  /** What is run: `-m pytest tests/`, or a script with its arguments; from the folder that this is typed in. */
  readonly run: readonly string[]
}

/**
 * Runs his own tests as he would, outside of any sandbox, and writes down what one function is called with. Gives the file and its
 * bytes; the failure says what ended the run.
 */
export async function recordCalls(
  { module, function: name, out, run }: RecordedRun,
  settings: Settings,
  places: Places,
): Promise<Result<{ readonly file: string; readonly bytes: number }, string>> {
  const python = await findPython(settings.assistant.python)
  if (!python.ok) return python
  const file = resolve(out)
  const recorder = join(places.assets, 'assistant/record.py')
  const ended = await endOf(python.value.path, [recorder, module, name, file, ...run])
  if (ended !== undefined) return failure(ended)
  const bytes = statSync(file, { throwIfNoEntry: false })?.size
  return bytes === undefined
    ? failure(`the run ended, and ${module}.${name} was not called in it`)
    : success({ file, bytes })
}

/** Why a program failed; undefined where it did not. What it prints goes to the other stream. */
function endOf(program: string, given: readonly string[]): Promise<string | undefined> {
  return new Promise(done => {
    const child = spawn(program, given, { stdio: ['ignore', 2, 2] })
    child.on('error', cause => done(`${program} could not be started: ${cause.message}`))
    child.on('close', code => done(code === 0 ? undefined : `the run ended with ${code ?? 'a signal'}`))
  })
}
