import type {
  AnswersFollowed,
  Measured,
  ModelCopy,
  ModelRole,
  RunStatus,
  TrainingProgress,
} from '../../../main/contract/learning.ts'
import { intervalWords } from '../../charts/whiskerScale.ts'
import { plainWords } from '../../ui/words.ts'
import { age, countdown, number, percent, signed } from '../../ui/format.ts'

/** A model's place in words; the mark alone says it too. */
export const ROLE_WORDS: Readonly<Record<ModelRole, { readonly text: string; readonly className: string }>> =
  {
    champion: { text: '● champion', className: 'tag good' },
    challenger: { text: '○ challenger', className: 'tag m' },
    previous: { text: '↩ champion before', className: 'tag' },
    kept: { text: '– kept', className: 'tag' },
  }

/** A run's state in words. */
export const RUN_WORDS: Readonly<Record<RunStatus, { readonly text: string; readonly className: string }>> = {
  running: { text: '● running', className: 'tag good' },
  paused: { text: '‖ paused', className: 'tag late' },
  finished: { text: '✓ finished', className: 'tag' },
  failed: { text: '✕ failed', className: 'tag bad' },
  interrupted: { text: '▲ interrupted', className: 'tag late' },
}

/** A figure of any size with about three digits that say something. */
export function figure(value: number | undefined): string {
  if (value === 0) return '0'
  const size = Math.abs(value ?? 0)
  if (size > 0 && size < SMALL)
    return number(value, Math.min(MOST_DECIMALS, 1 - Math.floor(Math.log10(size))))
  return number(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 1 ? 2 : 3)
}

/** Figures below it are written with their first two digits that are not 0. */
const SMALL = 0.1

const MOST_DECIMALS = 8

/** Dollars a session, with their sign: +7.10, 0. */
export function perSession(value: number): string {
  return value === 0 ? '0' : signed(value)
}

/** A figure of a card; one with an interval is dollars a session. */
export function metricWords(metric: number | Measured): string {
  if (typeof metric === 'number') return figure(metric)
  const amount = figure(Math.abs(metric.value))
  // Joined: in a narrow box a line would end behind the minus
  return `${metric.value < 0 ? '−\u2060' : ''}$${amount} a session (${intervalWords(metric, figure)})`
}

/**
 * The figures of a card in words, those that say the most first: what it makes more than doing nothing, then all others
 * with an interval, then those of the sessions that it was chosen by, at last plain ones.
 */
export function metricRows(
  metrics: Readonly<Record<string, number | Measured>>,
): readonly { readonly name: string; readonly words: string }[] {
  const all = Object.entries(metrics)
  const rank = ([name, metric]: (typeof all)[number]) => {
    if (typeof metric === 'number') return 3
    return name.includes('do nothing') ? 0 : name.startsWith('validation') ? 2 : 1
  }
  return all
    .toSorted((one, other) => rank(one) - rank(other))
    .map(([name, metric]) => ({ name: plainWords(name), words: metricWords(metric) }))
}

/** Seeds in words; those that follow each other as from where to where. */
export function seedsWords(seeds: readonly number[]): string {
  const [first, last] = [seeds[0], seeds.at(-1)]
  if (first === undefined || last === undefined) return 'no seed'
  if (seeds.length === 1) return `seed ${first}`
  const isRow = seeds.every((seed, index) => seed === first + index)
  return isRow && seeds.length > 2 ? `seeds ${first} to ${last}` : `seeds ${seeds.join(', ')}`
}

/** The curve that is drawn where none was chosen: what a session brings, else the first. */
export function usualCurve(names: readonly string[]): string | undefined {
  return names.find(name => /return|reward|net/i.test(name)) ?? names[0]
}

/** What the curves of a training are, and their units. */
const CURVE_WORDS: Readonly<Record<string, string>> = {
  meanReturn: 'what a session brought after costs, in hundreds of dollars, mean of the last hundred',
  meanLength: 'decisions a session, mean of the last hundred',
  loss: 'what training makes small; no unit',
  policyLoss: 'the part of the loss for the actions; no unit',
  valueLoss: 'the part of the loss for what a moment is worth; no unit',
  entropy: 'how open the choice still is, in nats; 0 is always the same',
  divergence: 'how far an update moved the policy, in nats',
  clipped: 'share of decisions that moved further than an update may',
  gradientNorm: 'length of the gradient before its limit',
  explained: 'share of what sessions differ by that was foreseen; 1 is all',
  learningRate: 'size of a step of training',
}

/** What a curve is, in a sentence; nothing of one that this window does not know. */
export function curveWords(name: string): string {
  const words = CURVE_WORDS[name]
  return words === undefined ? 'By update.' : `By update: ${words}.`
}

/** A copy of a model: int8, 22 kB, agrees in 99.8 %. */
export function copyWords({ format, bytes, agreement }: ModelCopy): string {
  const size = `${number(bytes / 1000, bytes < 9950 ? 1 : 0)} kB`
  return format === 'f32' ? `f32, ${size}` : `${format}, ${size}, agrees ${percent(agreement, 1)}`
}

/** How far a training is, from 0 to 1. */
export function shareDone({ done, total }: TrainingProgress): number {
  return total > 0 && Number.isFinite(done / total) ? Math.max(0, Math.min(1, done / total)) : 0
}

/** How long a training takes on, in words. */
export function leftWords({ millisecondsLeft, isPaused }: TrainingProgress): string {
  if (isPaused) return 'stands'
  return millisecondsLeft === undefined
    ? 'time left not known yet'
    : `${countdown(millisecondsLeft, true)} left`
}

/** How long something took: seconds, minutes, hours. */
export function lengthWords(milliseconds: number): string {
  return milliseconds < 3_600_000 ? age(milliseconds) : `${number(milliseconds / 3_600_000, 1)} h`
}

/** How many answers: 1 answer, 12 answers. */
export function answersWords(answers: number): string {
  return `${number(answers, 0)} ${answers === 1 ? 'answer' : 'answers'}`
}

/** How many past answers each model goes along with, before training and after it, and whether it was tuned with them. */
export function followedWords({ answers, champion, tuned, challenger }: AnswersFollowed): string {
  const before = tuned === undefined ? '' : `, tuned with them ${number(tuned, 0)}`
  const origin =
    tuned === undefined ? 'it may have been tuned with them' : 'they are the answers it was tuned with'
  return `Of ${answersWords(answers)} of yours the champion goes along with ${number(champion, 0)}${before}, the challenger with ${number(challenger, 0)}: ${origin}.`
}

/** A setting of a run as it is written. */
export function settingWords(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
