import { Command } from 'commander'
import { decode, encode } from '../contract/codec.ts'
import type { WireReply } from '../contract/wire.ts'
import type { findPlaces, resolveSettings } from '../processes/resolveSettings.ts'
import { text, type Add, type Options, type Outcome } from './command.ts'
import { callRunning } from './control.ts'
import { addAssistantCommands } from './assistantCommands.ts'
import { addNumericCommands } from './numericCommands.ts'
import { addResearchCommands } from './researchCommands.ts'
import { addTrainingCommands } from './trainingCommands.ts'
import { BadOption, parse, settingsOf, withFeedOptions } from './startOptions.ts'

const given = process.argv.slice(2)
/** Whether JSON is asked for; what stands behind `--` is another program's. */
const isJson = given.slice(0, given.includes('--') ? given.indexOf('--') : given.length).includes('--json')

/** The headless shell: `npm run --silent zerodte -- COMMAND`. */
async function run(argumentsGiven: readonly string[]): Promise<void> {
  let job: (() => Promise<Outcome>) | undefined
  const program = new Command('zerodte').description(
    'Zerodte without its window. Every command knows --help and --json.',
  )
  const addTo =
    (parent: Command): Add =>
    (name, description, shape, act) => {
      const command = shape(parent.command(name).description(description)).option(
        '--json',
        'print one JSON object; what fails prints {"ok":false,"failure":"why"} and ends with 2',
      )
      command.exitOverride().configureOutput({ writeOut: print, writeErr: () => undefined })
      command.action(() => {
        const options: Options = { ...argumentsOf(command), ...command.opts() }
        job = () => act(options)
      })
    }
  const add = addTo(program)
  addSessionCommands(add)
  addRunningCommands(add)
  addNumericCommands(add)
  addResearchCommands(add)
  const train = program.command('train').description('Trainings that run on their own, here or elsewhere.')
  train.exitOverride().configureOutput({ writeOut: print, writeErr: () => undefined })
  train.action(() => print(train.helpInformation()))
  addTrainingCommands(addTo(train), withSettings)
  const assistant = program
    .command('assistant')
    .description('The code assistant: your own trading code, searched, proven and made faster.')
  assistant.exitOverride().configureOutput({ writeOut: print, writeErr: () => undefined })
  assistant.action(() => print(assistant.helpInformation()))
  addAssistantCommands(addTo(assistant), withSettings)
  if (argumentsGiven.length === 0) return print(program.helpInformation())
  if (!parse(program, argumentsGiven, print)) return
  const outcome = await job?.()
  if (!outcome) return
  if (!outcome.ok) return fail(outcome.failure)
  print(`${isJson ? JSON.stringify(outcome.value) : plainText(outcome.value)}\n`)
}

/** Ends with a sentence on the other stream; a program that asked for JSON reads it as that. */
function fail(failure: string): void {
  if (isJson) print(`${JSON.stringify({ ok: false, failure })}\n`)
  process.stderr.write(`${failure}\n`)
  process.exitCode = 2
}

/** What was typed without a dash, by the names that the command gives it. */
function argumentsOf(command: Command): Record<string, unknown> {
  return Object.fromEntries(
    command.registeredArguments.map((argument, index) => [argument.name(), command.processedArgs[index]]),
  )
}

function addSessionCommands(add: Add): void {
  add(
    'import',
    'Turns minute quotes and bars of a day into a session file, or whole years into a folder of days.',
    command =>
      command
        .option('--quotes <file>', 'option quotes of a day, CSV, plain or gzip; or a folder of many days')
        .option('--mids <file>', 'mids in the layout of options_0dte, a file or a folder; instead of quotes')
        .option('--underlying <file>', 'minute bars of the underlying, CSV, plain or gzip')
        .requiredOption('--out <file>', 'the session file to write, .parquet; or the folder of days'),
    async options => {
      const { importHistory } = await import('../processes/commands/importYear.ts')
      const named = (name: string) => text(options[name])
      const [quotes, mids] = [named('quotes'), named('mids')]
      return importHistory({ quotes, mids, underlying: named('underlying'), out: named('out') })
    },
  )
  add('replay', 'Plays a session from end to end and reports.', withFeedOptions, async options => {
    const { replaySession } = await import('../processes/commands/replay.ts')
    const kind = options['session'] === undefined ? 'simulated' : 'replay'
    return withSettings({ feed: kind, speed: 'max', ...options }, replaySession)
  })
  add(
    'record',
    'Records a session into a session file: the running one, or one of its own.',
    command =>
      withFeedOptions(command.requiredOption('--out <file>', 'the session file to write, .parquet')).option(
        '--stop',
        'end the recording of the running session',
      ),
    record,
  )
}

function addRunningCommands(add: Add): void {
  add(
    'flatten',
    'Cancels every order of the running cockpit and closes everything, at once.',
    withDataFolder,
    options =>
      withSettings(options, settings =>
        callCockpit(settings.data.folder, 'killSwitch/flatten', { via: 'cli', immediately: true }),
      ),
  )
  add('status', 'Says how the running cockpit is.', withDataFolder, options =>
    withSettings(options, settings => callCockpit(settings.data.folder, 'health/get', {})),
  )
  add(
    'journal',
    'Lists decisions, newest first; with --verify, lives a session again and compares.',
    command =>
      withDataFolder(command)
        .option('--id <session>', 'a session by its id')
        .option('--limit <count>', 'most decisions to list', '50')
        .option('--verify', 'live the journal again'),
    options =>
      withSettings(options, async (settings, places) => {
        const journal = await import('../processes/commands/journal.ts')
        const session = options['id'] === undefined ? undefined : text(options['id'])
        if (options['verify'] === true) return journal.verifyMemory(settings, places, session)
        const limit = Number(options['limit'])
        if (!Number.isInteger(limit) || limit < 1)
          return {
            ok: false,
            failure: `limit must be a whole number above 0, is "${text(options['limit'])}"`,
          }
        return journal.listDecisions(settings, places, session, limit)
      }),
  )
  add('settings', 'Prints the settings of a start, all layers merged.', withFeedOptions, options =>
    withSettings(options, settings => Promise.resolve({ ok: true, value: settings })),
  )
}

type Resolved = Extract<ReturnType<typeof resolveSettings>, { ok: true }>['value']
type Places = ReturnType<typeof findPlaces>

async function withSettings(
  options: Options,
  act: (settings: Resolved, places: Places) => Promise<Outcome>,
): Promise<Outcome> {
  const { findPlaces, resolveSettings } = await import('../processes/resolveSettings.ts')
  const places = findPlaces()
  const settings = resolveSettings(places, settingsOf(options))
  return settings.ok ? act(settings.value, places) : settings
}

/** Asks the running cockpit to record; where none runs, plays and records a session of its own. */
function record(options: Options): Promise<Outcome> {
  return withSettings(options, async settings => {
    const { recordSession } = await import('../processes/commands/record.ts')
    const { resolve: absolute } = await import('node:path')
    const file = absolute(text(options['out']))
    const name = options['stop'] === true ? 'recording/stop' : 'recording/start'
    const running = await callCockpit(settings.data.folder, name, options['stop'] === true ? {} : { file })
    if (running.ok)
      return { ok: true, value: options['stop'] === true ? running.value : { file, recording: true } }
    if (options['stop'] === true || !running.failure.startsWith(NOT_RUNNING)) return running
    const stop = new Promise<void>(done => process.once('SIGINT', () => done()))
    return recordSession(settings, file, stop)
  })
}

const NOT_RUNNING = 'no cockpit runs'

async function callCockpit(folder: string, name: string, request: object): Promise<Outcome> {
  const answer = await callRunning(folder, encode({ name, request }))
  if (!answer) return { ok: false, failure: `${NOT_RUNNING} on ${folder}` }
  // What the cockpit answers has this shape by contract
  const reply = decode(answer) as WireReply
  return reply.ok ? reply : { ok: false, failure: reply.message }
}

function withDataFolder(command: Command): Command {
  return command.option('--data-dir <folder>', 'where memory and ledger are kept')
}

/** A value for people: one line a field, nested ones indented. */
function plainText(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.map(entry => `${indent}${summary(entry)}`).join('\n')
  if (typeof value !== 'object' || value === null) return `${indent}${String(value)}`
  return Object.entries(value)
    .map(([name, part]) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? `${indent}${name}\n${plainText(part, `${indent}  `)}`
        : `${indent}${name}  ${summary(part)}`,
    )
    .join('\n')
}

function summary(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function print(line: string): void {
  process.stdout.write(line)
}

await run(given).catch((cause: unknown) =>
  fail(cause instanceof BadOption || cause instanceof Error ? cause.message : String(cause)),
)
