import type { Command } from 'commander'

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

/** An option as a text; empty where it was not given. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
