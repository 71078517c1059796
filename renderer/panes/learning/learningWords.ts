import type {
  LearningReport,
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
  return number(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 1 ? 2 : 3)
}

/** Dollars a session, with their sign: +7.10, 0. */
export function perSession(value: number): string {
  return value === 0 ? '0' : signed(value)
}

/** A figure of a card, with its interval where it has one. */
export function metricWords(metric: number | Measured): string {
  return typeof metric === 'number'
    ? figure(metric)
    : `${figure(metric.value)} (${intervalWords(metric, figure)})`
}

/** The figures of a card in words, those with an interval first: they say the most. */
export function metricRows(
  metrics: Readonly<Record<string, number | Measured>>,
): readonly { readonly name: string; readonly words: string }[] {
  const all = Object.entries(metrics)
  const rank = ([, metric]: (typeof all)[number]) => (typeof metric === 'number' ? 1 : 0)
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

/** A setting of a run as it is written. */
export function settingWords(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

/** Whether a model may take over, and why it may not. Only a comparison with the champion of today counts. */
export function promotion(
  { comparison, models }: Pick<LearningReport, 'comparison' | 'models'>,
  version: string,
): { readonly isAllowed: boolean; readonly why: string } {
  const champion = models.find(model => model.role === 'champion')?.version
  if (version === champion) return { isAllowed: false, why: 'It is the champion.' }
  if (comparison?.challenger !== version)
    return { isAllowed: false, why: 'It was not compared with the champion yet.' }
  if (comparison.champion !== champion)
    return {
      isAllowed: false,
      why: `It was compared with ${comparison.champion}, which is not the champion now.`,
    }
  if (comparison.verdict !== 'better') return { isAllowed: false, why: comparison.sentence }
  return { isAllowed: true, why: comparison.sentence }
}
