import type * as Commands from '../processes/commands/assistant.ts'
import { text, type Add, type Outcome, type WithSettings } from './command.ts'
import {
  changeText,
  choicesText,
  folderText,
  nightText,
  optimiseText,
  reviewText,
  searchText,
} from './assistantText.ts'

const ABOUT_OPTIMISE = `
Variants are searched for, tried in a sandbox on generated inputs, compared with the original, and timed. What could not be proven
the same is never offered. Take one with: zerodte assistant apply ID`

type Settled = Parameters<Parameters<WithSettings>[1]>

type Options = Parameters<Parameters<Add>[3]>[0]
type Answered<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: string }

/** Makes a command of what it does and of how its answer reads; with --json the answer is printed as it is. */
type On = <Value>(
  act: (commands: typeof Commands, around: Settled, options: Options) => Promise<Answered<Value>>,
  textOf: (value: Value) => string,
) => (options: Options) => Promise<Outcome>

/** Adds the commands of the code assistant. */
export function addAssistantCommands(add: Add, withSettings: WithSettings): void {
  const on: On = (act, textOf) => options =>
    withSettings({ dataDir: options['dataDir'], python: options['python'] }, async (...around) => {
      const answered = await act(await import('../processes/commands/assistant.ts'), around, options)
      return answered.ok && options.json !== true ? { ok: true, value: textOf(answered.value) } : answered
    })
  addReading(add, on)
  addTrying(add, on)
  addRecording(add, withSettings)
  addChanging(add, on)
}

function addReading(add: Add, on: On): void {
  add(
    'index',
    'Reads the code of a folder, or what has changed in it since.',
    command => withDataFolder(command.argument('<folder>', 'the folder to read')),
    on(
      (commands, around, options) => commands.indexFolder(text(options['folder']), ...around, sayAside),
      folderText,
    ),
  )
  add(
    'search',
    'Finds code by words, names and meaning.',
    command =>
      withDataFolder(
        command
          .argument('<query...>', 'what to look for')
          .option('--limit <count>', 'most places to list', '10'),
      ),
    on(async (commands, around, options) => {
      const limit = wholeNumber('limit', options['limit'], 1, 100)
      if (!limit.ok) return limit
      return commands.searchCode(words(options['query']), limit.value, ...around, sayAside)
    }, searchText),
  )
  add(
    'review',
    'Looks for defects that a trader pays for; each is shown by an input that fails.',
    command => withDataFolder(command.argument('<path>', 'a file or a folder')),
    on(
      (commands, around, options) => commands.reviewCode(text(options['path']), ...around, sayAside),
      reviewText,
    ),
  )
  add(
    'choices',
    'Lists the choices that were made, and what was learned from them.',
    command => withDataFolder(command.option('--limit <count>', 'most choices to list', '50')),
    on(async (commands, around, options) => {
      const limit = wholeNumber('limit', options['limit'], 1, 1000)
      return limit.ok ? commands.listChoices(limit.value, ...around, sayAside) : limit
    }, choicesText),
  )
}

function addTrying(add: Add, on: On): void {
  add(
    'optimise',
    'Looks for faster forms of a function, proves them the same and times them.',
    command =>
      withDataFolder(
        command
          .argument('<file>', 'a Python file')
          .requiredOption('--function <name>', 'the function, with its class: Book.greeks')
          .option('--budget <seconds>', 'how long it may take', '60')
          .option('--recorded <file>', 'calls that were recorded while a test ran, tried beside made-up ones')
          .addHelpText('after', ABOUT_OPTIMISE),
      ),
    on(async (commands, around, options) => {
      const seconds = wholeNumber('budget', options['budget'], 1, 3600)
      if (!seconds.ok) return seconds
      const wanted = {
        file: text(options['file']),
        function: text(options['function']),
        seconds: seconds.value,
        recorded: text(options['recorded']),
      }
      return commands.optimiseFunction(wanted, ...around, sayAside)
    }, optimiseText),
  )
  add(
    'night',
    'Reads again, trains again, tries patterns on history and looks at the slowest functions, now.',
    command =>
      withDataFolder(
        command.option('--profile <file>', 'a profile of a real run: cProfile, py-spy or speedscope'),
      ),
    on(
      (commands, around, options) => commands.runNight(text(options['profile']), ...around, sayAside),
      nightText,
    ),
  )
}

function addRecording(add: Add, withSettings: WithSettings): void {
  add(
    'record',
    'Runs your own tests and writes down what a function is called with, to be tried beside made-up calls.',
    command =>
      withDataFolder(
        command
          .argument('<module>', 'the module as Python imports it: book.greeks')
          .argument('<run...>', 'what is run, after --: -m pytest tests/')
          .requiredOption('--function <name>', 'the function, with its class: Book.greeks')
          .requiredOption('--out <file>', 'the file to write, for optimise --recorded'),
      ),
    options =>
      withSettings({ dataDir: options['dataDir'], python: options['python'] }, async (settings, places) => {
        const { recordCalls } = await import('../processes/commands/recordCalls.ts')
        const run = Array.isArray(options['run']) ? options['run'].map(text) : []
        const [module, name, out] = ['module', 'function', 'out'].map(option => text(options[option]))
        return recordCalls(
          { module: module ?? '', function: name ?? '', out: out ?? '', run },
          settings,
          places,
        )
      }),
  )
}

function addChanging(add: Add, on: On): void {
  add(
    'apply',
    'Writes a verified variant into its file.',
    command => withDataFolder(command.argument('<id>', 'the id of the variant, or how it begins')),
    on(
      (commands, around, options) => commands.applyCard(text(options['id']), ...around, sayAside),
      changeText,
    ),
  )
  add(
    'undo',
    'Takes a change back.',
    command => withDataFolder(command.argument('<id>', 'the id of the change, or how it begins')),
    on(
      (commands, around, options) => commands.undoChange(text(options['id']), ...around, sayAside),
      changeText,
    ),
  )
}

function withDataFolder(command: Parameters<Parameters<Add>[2]>[0]): typeof command {
  return command
    .option('--data-dir <folder>', 'where the assistant keeps what it knows')
    .option('--python <file>', 'the interpreter that runs the code; found by itself where it is left out')
}

function words(query: unknown): string {
  return Array.isArray(query) ? query.map(text).join(' ') : text(query)
}

function wholeNumber(name: string, given: unknown, least: number, most: number) {
  const value = Number(given)
  return Number.isInteger(value) && value >= least && value <= most
    ? ({ ok: true, value } as const)
    : ({
        ok: false,
        failure: `${name} must be a whole number from ${least} to ${most}, is "${text(given)}"`,
      } as const)
}

/** What is told on the way; what a command is asked for goes to the other stream. */
function sayAside(line: string): void {
  process.stderr.write(`${line}\n`)
}
