/** Reads one choice from what was kept; undefined where it is none of today's. */
type Reader<Choice> = (kept: unknown) => Choice | undefined

/** The choices of a store that are found again after a restart, each with what reads it. */
export type Kept<State> = { readonly [Name in keyof State]?: Reader<State[Name]> }

/** A choice among a few. */
export function oneOf<Choice>(choices: readonly Choice[]): Reader<Choice> {
  return kept => choices.find(choice => choice === kept)
}

/** Several of a few, each once and in their order. */
export function someOf<Choice>(choices: readonly Choice[]): Reader<readonly Choice[]> {
  return kept => (Array.isArray(kept) ? choices.filter(choice => kept.includes(choice)) : undefined)
}

/** Anything that was typed. */
export function anyText(kept: unknown): string | undefined {
  return typeof kept === 'string' ? kept : undefined
}

/** Any texts, in their order. */
export function anyTexts(kept: unknown): readonly string[] | undefined {
  return Array.isArray(kept) ? kept.filter(text => typeof text === 'string') : undefined
}

/** The choices of a store as text. */
export function writeChoices<State>(kept: Kept<State>, state: State): string {
  const choices: Partial<State> = {}
  for (const name in kept) choices[name] = state[name]
  return JSON.stringify(choices)
}

/** The choices in a text; what is not one of today's choices is left out. */
export function readChoices<State>(kept: Kept<State>, text: string): Partial<State> {
  let found: Map<string, unknown>
  try {
    found = new Map(Object.entries(Object(JSON.parse(text))))
  } catch {
    return {}
  }
  const choices: Partial<State> = {}
  for (const name in kept) {
    const choice = kept[name]?.(found.get(name))
    if (choice !== undefined) choices[name] = choice
  }
  return choices
}
