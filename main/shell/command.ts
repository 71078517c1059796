import type { Command } from 'commander'
import type { findPlaces, resolveSettings } from '../processes/resolveSettings.ts'

/** The outcome of a command: something to print, or one line that says what was wrong. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: string }

/** The options of a command as they were typed. */
export interface Options {
  readonly json?: boolean
  readonly [name: string]: unknown
}

/** Adds a command: its name, what it is for, its options, and what it does. */
export type Add = (
  name: string,
  description: string,
  shape: (command: Command) => Command,
  act: (options: Options) => Promise<Outcome>,
) => void

type Settings = Extract<ReturnType<typeof resolveSettings>, { ok: true }>['value']
type Places = ReturnType<typeof findPlaces>

/** Does something with the settings that the options resolve to, or says which of them breaks its rule. */
export type WithSettings = (
  options: Options,
  act: (settings: Settings, places: Places) => Promise<Outcome>,
) => Promise<Outcome>

/** An option as a text; empty where it was not given. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
