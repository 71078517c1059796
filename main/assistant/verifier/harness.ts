import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { commandBytes, frameReader, type Frame } from './frames.ts'
import type { Sandbox, SandboxRoom } from './sandbox.ts'

/** The harness inside its sandbox. It does one command at a time; those that wait, wait in order. */
export interface Harness {
  /**
   * Gives a command and hands over every frame that comes back; ends with the frame that ends it, or with why there is none: a
   * harness that broke or was closed does nothing more.
   */
  ask(command: HarnessCommand, onFrame?: (frame: Frame) => void): Promise<HarnessEnd>
  /** Kills everything inside; settled when nothing of it is left. */
  close(): Promise<void>
  readonly isClosed: boolean
}

/** `run` forks one process, `race` two that are timed by turns, `prepare` imports what they will need. */
export type HarnessCommand =
  | { readonly do: 'prepare'; readonly modules: readonly string[] }
  | ({ readonly do: 'run' | 'race'; readonly seconds: number } & Readonly<Record<string, unknown>>)

export type HarnessEnd =
  | { readonly ok: true; readonly told: unknown }
  | { readonly ok: false; readonly reason: string }

const MOST_FRAME = 64 * 1024 * 1024
/** Over what a command may take by itself, before the harness is taken for stuck. */
const GRACE = 5_000
const PREPARE_SECONDS = 60

/** What a process of tried code may use up. */
const LIMITS = { memory: 2 * 1024 ** 3, file_bytes: 16 * 1024 ** 2 }

interface Waiting {
  readonly trial: number
  readonly onFrame: (frame: Frame) => void
  readonly settle: (end: HarnessEnd) => void
}

/** Starts the harness in its sandbox; what goes wrong is told by the first command. */
export function startHarness(sandbox: Sandbox, room: SandboxRoom): Harness {
  const { file, arguments: options, environment, folder, profile } = sandbox.command(room)
  const child = spawn(file, options, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment,
    cwd: folder,
    // A group of its own, so that it can be ended as one
    detached: true,
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const kill = () => killAll(child)
  const line = new Line(child, kill)
  return {
    ask: (command, onFrame = () => undefined) => line.ask(command, { ...LIMITS, profile }, onFrame),
    close: () => {
      kill()
      return ended
    },
    get isClosed() {
      return line.reason !== undefined
    },
  }
}

/** The two pipes to a harness, and who waits at them. */
class Line {
  /** Why nothing more is said; undefined while something is. */
  reason: string | undefined
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #kill: () => void
  #last: Promise<unknown> = Promise.resolve()
  #waiting: Waiting | undefined
  #trials = 0
  #complaint = ''

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, kill: () => void) {
    this.#child = child
    this.#kill = kill
    const read = frameReader(MOST_FRAME)
    child.stdout.on('data', (chunk: Buffer) => {
      const decoded = read(chunk)
      if (decoded.ok) for (const frame of decoded.frames) this.#take(frame)
      else this.#break(decoded.reason)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk.toString()}`.slice(-2_000)
    })
    // A harness that is gone tells it by closing; what was still to be written to it is of no use to anyone
    child.stdin.on('error', () => undefined)
    child.on('error', problem => this.#break(`the sandbox could not be started: ${problem.message}`))
    child.on('close', () => this.#break(`the harness ended${lastLine(this.#complaint)}`))
  }

  ask(command: HarnessCommand, limits: object, onFrame: (frame: Frame) => void): Promise<HarnessEnd> {
    const answer = this.#last.then(() => this.#send(command, limits, onFrame))
    this.#last = answer
    return answer
  }

  #send(command: HarnessCommand, limits: object, onFrame: (frame: Frame) => void): Promise<HarnessEnd> {
    const { reason } = this
    if (reason !== undefined) return Promise.resolve({ ok: false, reason })
    this.#trials += 1
    const trial = this.#trials
    const seconds = command.do === 'prepare' ? PREPARE_SECONDS : command.seconds
    return new Promise(resolve => {
      const watch = setTimeout(() => this.#break('the harness does not answer'), seconds * 1_000 + GRACE)
      const settle = (end: HarnessEnd) => {
        clearTimeout(watch)
        this.#waiting = undefined
        resolve(end)
      }
      this.#waiting = { trial, onFrame, settle }
      this.#child.stdin.write(commandBytes({ ...limits, ...command, trial }))
    })
  }

  #take(frame: Frame): void {
    const waiting = this.#waiting
    if (waiting === undefined || frame.trial !== waiting.trial) return
    if (frame.kind !== 'end' && frame.kind !== 'reply') return waiting.onFrame(frame)
    const told = readJson(frame.payload)
    waiting.settle(
      told.ok ? { ok: true, told: told.value } : { ok: false, reason: 'the harness said what is no JSON' },
    )
  }

  #break(reason: string): void {
    this.reason ??= reason
    this.#kill()
    this.#waiting?.settle({ ok: false, reason })
  }
}

/** A payload as JSON; a child may say anything. */
export function readJson(
  payload: Buffer,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return { ok: true, value }
  } catch {
    return { ok: false }
  }
}

/**
 * Kills the group that it began as, and hangs up. Bubblewrap takes its whole namespace along; one that is killed while it starts may not
 * have got so far, and then ends as it finds nobody on the line.
 */
function killAll(child: ChildProcessByStdio<Writable, Readable, Readable>): void {
  child.stdin.destroy()
  child.stdout.destroy()
  child.stderr.destroy()
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${line.slice(0, 300)}`
}
