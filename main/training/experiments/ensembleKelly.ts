import { mean } from '../../core/base/statistics.ts'
import {
  ALL_ALIKE,
  NO_EDGE,
  PLANTED,
  kellyTrial,
  type KellyTrial,
  type PlantedOdds,
} from '../../research/kellyTrial.ts'
import { figureOverSeeds, inWords, type Experiment } from '../../research/plantedTruth.ts'

/** Worlds a seed: growth over one future is mostly luck. */
const WORLDS = { whole: 8, small: 1 } as const

/** What the mission wants of the growth above a fixed size, as a share. */
const WANTED_GAIN = 0.2

/** R1: sizes by Kelly under the uncertainty of an ensemble of five, against the best fixed size of the past. */
export const ensembleKelly: Experiment = {
  name: 'Ensemble-Kelly',
  claim:
    'R1: Kelly fraction with model uncertainty beats fixed size in simulation by over 20 % in growth, or says it does not',
  trial(seed, scale) {
    const worlds = Array.from({ length: WORLDS[scale] }, (_, world) => seed * 1000 + world)
    const grown = (planted: PlantedOdds, of: keyof KellyTrial) =>
      mean(worlds.map(world => kellyTrial(world, planted)[of]))
    return Promise.resolve({
      ensemble: grown(PLANTED, 'ensemble'),
      certain: grown(PLANTED, 'certain'),
      fixed: grown(PLANTED, 'fixed'),
      alikeEnsemble: grown(ALL_ALIKE, 'ensemble'),
      alikeFixed: grown(ALL_ALIKE, 'fixed'),
      noEdge: grown(NO_EDGE, 'ensemble'),
    })
  },
  judge(trials) {
    const beyond = figureOverSeeds(trials, of => of('ensemble') - (1 + WANTED_GAIN) * of('fixed'))
    const growth = (words: string, name: string) => ({
      words: `growth a thousand bets, ${words}`,
      measured: figureOverSeeds(trials, of => 1000 * of(name)),
    })
    const isReached = beyond.low > 0
    return {
      figures: [
        growth('ensemble of five, shrunk, at most half Kelly', 'ensemble'),
        growth('the same taken for certain', 'certain'),
        growth('the fixed share that was best in the past', 'fixed'),
        growth('odds all alike: ensemble', 'alikeEnsemble'),
        growth('odds all alike: fixed', 'alikeFixed'),
        growth('no edge: ensemble', 'noEdge'),
        { words: 'growth a bet beyond 120 % of the fixed share', measured: beyond },
      ],
      isReached,
      sentence: isReached
        ? 'reached'
        : `not reached: beyond 120 % of the fixed share it grows by ${inWords(beyond)} a bet, which must lie above 0`,
    }
  },
}
