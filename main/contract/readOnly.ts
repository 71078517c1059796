import type { RequestName } from './commands.ts'
import type { Answer } from './client.ts'
import type { CallRequest } from './wire.ts'

/** The requests that only look: all that the code assistant may ask of the engine. No command is among them. */
export const READ_ONLY_REQUESTS = [
  'snapshot/get',
  'journal/query',
  'health/get',
  'machine/get',
] as const satisfies readonly RequestName[]

export type ReadOnlyName = (typeof READ_ONLY_REQUESTS)[number]

/** The engine, as a client that may only look sees it. */
export interface ReadOnlyEngine {
  ask<Name extends ReadOnlyName>(name: Name, request: CallRequest<Name>): Promise<Answer<Name>>
}

/** Whether a name is that of a request that only looks. */
export function isReadOnly(name: string): name is ReadOnlyName {
  return (READ_ONLY_REQUESTS as readonly string[]).includes(name)
}
