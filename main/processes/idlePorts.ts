import { referencePricer } from '../adapters/pricer/referencePricer.ts'
import type { Ports } from '../engine/ports.ts'
import { REPEATABLE_DEADLINES } from './desk.ts'

/** Ports for an engine that only looks back: nothing is asked of them, and whoever asks is told so. */
export function idlePorts(): Ports {
  const notAsked = () => Promise.reject(new Error('an engine that looks back asks nobody'))
  const card = { name: 'none', version: 'none', observationVersion: 0, actionVersion: 0 }
  return {
    pricer: referencePricer,
    policy: { card, logits: notAsked },
    memory: { append: notAsked, recall: notAsked },
    broker: { submit: ignore, replace: ignore, cancel: ignore, cancelAll: ignore },
    stopwatch: { now: () => 0 },
    deadlines: REPEATABLE_DEADLINES,
    delay: () => Promise.resolve(),
  }
}

function ignore(): void {}
