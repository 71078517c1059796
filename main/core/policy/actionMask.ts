import type { Action } from './action.ts'
import { ACTIONS } from './action.ts'
import type { Proposal, ProposalRefusal } from './proposal.ts'
import type { SelectionRefusal } from './selection.ts'

/** Why an action is not on offer. */
export type MaskReason =
  | SelectionRefusal
  | ProposalRefusal
  | 'noPosition'
  | 'tooManyPositions'
  | 'outsideSession'
  | 'notAllowedNow'

/** Each action with the trade it would mean, or the reason it is off. Waiting is always on. */
export type ActionMask = Readonly<
  Record<
    Action,
    | { readonly allowed: true; readonly proposal?: Proposal }
    | { readonly allowed: false; readonly reason: MaskReason }
  >
>

/** A mask in which everything is off for one reason, except waiting. */
export function nothingAllowed(reason: MaskReason): ActionMask {
  const entries = ACTIONS.map(action => [
    action,
    action === 'noTrade' ? { allowed: true } : { allowed: false, reason },
  ])
  return Object.fromEntries(entries)
}

/** The actions that a mask leaves on. */
export function allowedActions(mask: ActionMask): Action[] {
  return ACTIONS.filter(action => mask[action].allowed)
}

/** The reason most often given among the actions that are off, for a sentence about a forced wait. */
export function mainReason(mask: ActionMask): MaskReason | undefined {
  const counts = new Map<MaskReason, number>()
  for (const action of ACTIONS) {
    const entry = mask[action]
    if (!entry.allowed && entry.reason !== 'noPosition')
      counts.set(entry.reason, (counts.get(entry.reason) ?? 0) + 1)
  }
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0]
}
