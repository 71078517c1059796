import type { ExplanationReport } from '../../../main/contract/explanation.ts'
import { roundedToSum, waterfallSteps } from '../../charts/waterfallSteps.ts'

/** A row of the chart of drivers: where its bar begins and ends, and its figures as they are written. */
export interface FeatureBar {
  readonly feature: string
  readonly value: number
  readonly usual: number
  readonly from: number
  readonly to: number
  /** Rounded so that all rows, as written, add up. */
  readonly contribution: number
}

/** The chart of an explanation: from what is usual, part by part, to what is. */
export interface FeatureBars {
  readonly usual: number
  readonly now: number
  readonly bars: readonly FeatureBar[]
  /** What the parts leave over; zero but for a fault. */
  readonly unexplained: number
  /** Where the chart begins and ends: the whole way, and at least `LEAST_SPAN`. */
  readonly low: number
  readonly high: number
}

/** Least width of the chart, in probability: the strength of a part is read from its length, so a weak one must look weak. */
export const LEAST_SPAN = 0.1

/** Decimals of a probability and its parts. */
export const DECIMALS = 3

/** Parts strongest first, each beginning where the one before it ended; usual, parts and now add up as written. */
export function featureBars(report: ExplanationReport): FeatureBars {
  const features = report.features.toSorted(
    (one, other) => Math.abs(other.contribution) - Math.abs(one.contribution),
  )
  const steps = waterfallSteps(
    features.map(({ feature, contribution }) => ({ name: feature, value: contribution })),
    report.usual,
  )
  const end = steps.at(-1)?.to ?? report.usual
  const [usual = 0, ...written] = roundedToSum(
    [report.usual, ...features.map(({ contribution }) => contribution)],
    DECIMALS,
  )
  const step = 10 ** DECIMALS
  const now = Math.round(end * step) / step
  const way = [report.usual, report.now, ...steps.map(({ to }) => to)]
  return {
    usual,
    now,
    bars: features.map(({ feature, value, usual: normal }, index) => ({
      feature,
      value,
      usual: normal,
      from: steps[index]?.from ?? 0,
      to: steps[index]?.to ?? 0,
      contribution: written[index] ?? 0,
    })),
    unexplained: Math.round((report.now - end) * step) / step,
    ...spanOf(Math.min(...way), Math.max(...way)),
  }
}

/** From the lowest to the highest; what is narrower than `LEAST_SPAN` gets it around its middle, within 0 and 1. */
function spanOf(lowest: number, highest: number): Pick<FeatureBars, 'low' | 'high'> {
  if (highest - lowest >= LEAST_SPAN) return { low: lowest, high: highest }
  const around = (lowest + highest - LEAST_SPAN) / 2
  const low = Math.min(lowest, Math.max(0, Math.min(1 - LEAST_SPAN, around)))
  return { low, high: Math.max(highest, low + LEAST_SPAN) }
}
