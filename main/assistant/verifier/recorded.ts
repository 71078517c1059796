import { z } from 'zod'
import type { TrialInput } from './inputs.ts'
import type { Shape } from './shape.ts'

const Line = z.record(z.string(), z.array(z.unknown()).min(1))
const MOST = 60

/** Calls that were recorded while he let a test run be observed, spread over the whole recording; lines that are none are passed over. */
export function recordedInputs(text: string | undefined): readonly TrialInput[] {
  const lines = (text ?? '').split('\n').filter(line => line.trim() !== '')
  const calls = lines.flatMap(line => {
    const call = readLine(line)
    return call === undefined ? [] : [call]
  })
  const step = Math.max(1, calls.length / MOST)
  const chosen = Array.from(
    { length: Math.min(MOST, calls.length) },
    (_, place) => calls[Math.floor(place * step)],
  )
  return chosen.flatMap((call, place) =>
    call === undefined
      ? []
      : [
          {
            kind: 'recorded',
            seed: 1 + place,
            size: 0,
            flavour: 'plain',
            special: [],
            arguments: call,
            again: place === 0,
          },
        ],
  )
}

function readLine(line: string): Readonly<Record<string, Shape>> | undefined {
  try {
    const call = Line.safeParse(JSON.parse(line)).data
    if (call === undefined) return undefined
    return Object.fromEntries(
      Object.entries(call).map(([name, value]): [string, Shape] => [name, { of: 'kept', value }]),
    )
  } catch {
    return undefined
  }
}
