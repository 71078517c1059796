import { Command, CommanderError } from 'commander'

/** What a start was told on the command line, by section of the settings. */
export type StartOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** A command line that cannot be understood, in one line. */
export class BadOption extends Error {
  override readonly name = 'BadOption'
}

/** Adds the options that choose a market to a command. */
export function withFeedOptions(command: Command): Command {
  return command
    .option('--feed <kind>', 'simulated or replay')
    .option('--session <file>', 'the session file of a replay')
    .option('--speed <factor>', 'how fast the session runs: a number, or max')
    .option('--seed <number>', 'the day that the simulated market draws')
    .option('--date <date>', 'the date of the simulated session, 2026-11-20')
    .option('--from <time>', 'when to join the simulated session, 10:00')
    .option('--data-dir <folder>', 'where memory and ledger are kept')
    .option('--pricer <backend>', 'who computes the chain: auto, reference or native')
}

/** The options of `npm start --`, or undefined where help was asked for and given. */
export function readStartOptions(
  argumentsGiven: readonly string[],
  write: (text: string) => void,
): StartOptions | undefined {
  const command = withFeedOptions(new Command('npm start --'))
    .description('Opens the cockpit on a running session.')
    .option('--port <number>', 'the port of the loopback shell; any free one by default')
    .option('--no-open', 'do not open a browser')
  return parse(command, argumentsGiven, write) ? settingsOf(command.opts()) : undefined
}

/** Parses a command; true unless it was only help. A mistake is thrown in one line. */
export function parse(
  command: Command,
  argumentsGiven: readonly string[],
  write: (text: string) => void,
): boolean {
  command.exitOverride().configureOutput({ writeOut: write, writeErr: () => undefined })
  try {
    command.parse([...argumentsGiven], { from: 'user' })
    return true
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause
    if (cause.exitCode === 0) return false
    throw new BadOption(cause.message.replace(/^error: /, '').split('\n')[0])
  }
}

/** Options under the names of the settings that they are. */
export function settingsOf(options: Readonly<Record<string, unknown>>): StartOptions {
  const sections: Record<string, Record<string, unknown>> = { feed: {}, shell: {}, data: {} }
  for (const [option, [section, name]] of Object.entries(SETTINGS)) {
    const given = options[option]
    if (given === undefined || (option === 'open' && given === true)) continue
    const value = typeof given === 'string' && NUMBERS.has(option) ? spelled(given) : given
    sections[section] = { ...sections[section], [name]: value }
  }
  return sections
}

const SETTINGS: Readonly<Record<string, readonly [section: string, name: string]>> = {
  feed: ['feed', 'kind'],
  session: ['feed', 'session'],
  speed: ['feed', 'speed'],
  seed: ['feed', 'seed'],
  date: ['feed', 'date'],
  from: ['feed', 'from'],
  dataDir: ['data', 'folder'],
  pricer: ['pricer', 'backend'],
  python: ['assistant', 'python'],
  port: ['shell', 'port'],
  open: ['shell', 'open'],
}

/** Options that are numbers; the others stay texts, also where a folder is called 2026. */
const NUMBERS: ReadonlySet<string> = new Set(['speed', 'seed', 'port'])

function spelled(text: string): string | number {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
