import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  defaultSettings,
  environmentLayer,
  fileLayer,
  mergeSettings,
  type Settings,
  type SettingsLayer,
} from '../adapters/settings/settings.ts'
import { failure, type Result } from '../core/base/result.ts'
import type { Places } from './services.ts'

/** Settings as the command line gives them: sections with what was named there. */
export type CommandLineSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The settings file of a data folder. */
export function settingsFile(folder: string): string {
  return join(folder, 'zerodte.json')
}

/**
 * The settings of this start: defaults, then the file of the data folder, then the environment, then the command line,
 * the later ones stronger; or the first that breaks its rule, in one line.
 */
export function resolveSettings(places: Places, commandLine: CommandLineSettings): Result<Settings, string> {
  const defaults = defaultSettings(places.assets, Date.now())
  const environment = environmentLayer(process.env, defaults)
  const named: SettingsLayer = { from: 'command line', values: commandLine }
  const first = mergeSettings(defaults, [environment, named])
  if (!first.ok) return failure(first.failure.sentence)
  const file = fileLayer(settingsFile(first.value.data.folder))
  if (!file.ok) return failure(file.failure.sentence)
  const merged = mergeSettings(defaults, [file.value, environment, named])
  if (!merged.ok) return failure(merged.failure.sentence)
  const absent = absentSession(merged.value)
  return absent === undefined ? merged : failure(absent)
}

/** Why a replay has nothing to play, before anything is started for it. */
function absentSession({ feed }: Settings): string | undefined {
  if (feed.kind !== 'replay' || feed.session === undefined) return undefined
  if (!existsSync(feed.session)) return `session: there is no file ${feed.session}`
  return statSync(feed.session).isFile() ? undefined : `session: ${feed.session} must be a file`
}

/** Where the parts of the program lie, seen from the folder that this code runs from. */
export function findPlaces(): Places {
  const here = import.meta.dirname
  // Built, everything lies beside each other in out/main; from source, processes lie two below the top
  const isBuilt = existsSync(join(here, 'memoryWorker.js'))
  const top = join(here, '../..')
  return {
    processes: here,
    suffix: isBuilt ? '.js' : '.ts',
    migrations: join(top, 'migrations'),
    assets: join(top, 'assets'),
    native: join(top, 'native'),
    version: versionOf(join(top, 'package.json')),
  }
}

function versionOf(file: string): string {
  const written: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const version = typeof written === 'object' && written !== null && 'version' in written && written.version
  return typeof version === 'string' ? version : 'unknown'
}
