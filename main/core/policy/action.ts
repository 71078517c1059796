/** The version of the action list; a policy trained on another version is refused. */
export const ACTION_VERSION = 1

/** What the policy can choose, in the order of its output. */
export const ACTIONS = [
  'noTrade',
  'sellPutVertical10',
  'sellPutVertical15',
  'sellCallVertical10',
  'sellCallVertical15',
  'sellIronCondor',
  'close',
] as const

export type Action = (typeof ACTIONS)[number]

/** The number of actions. */
export const ACTION_COUNT = ACTIONS.length

/** The position of an action in the policy's output. */
export function actionIndex(action: Action): number {
  return ACTIONS.indexOf(action)
}

/** Which side of the market an action sells. */
export type ActionSide = 'put' | 'call' | 'both' | 'none'

/** The side that an action sells; closing and waiting sell none. */
export function sideOf(action: Action): ActionSide {
  if (action === 'sellPutVertical10' || action === 'sellPutVertical15') return 'put'
  if (action === 'sellCallVertical10' || action === 'sellCallVertical15') return 'call'
  return action === 'sellIronCondor' ? 'both' : 'none'
}

/** The delta of the short leg that an action looks for; a condor sells both sides at 0.10. */
export function targetDelta(action: Action): number {
  return action === 'sellPutVertical15' || action === 'sellCallVertical15' ? 0.15 : 0.1
}

/** Whether an action takes new risk. */
export function opensRisk(action: Action): boolean {
  return sideOf(action) !== 'none'
}
