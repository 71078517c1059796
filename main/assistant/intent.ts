/** What a sentence asks for. */
export type Intent = 'optimise' | 'review' | 'search' | 'explain'

const WORDS: readonly (readonly [Intent, RegExp])[] = [
  [
    'optimise',
    /\b(optimi[sz]\w*|fast(er)?|speed\w*|slow\w*|accelerat\w*|vectori[sz]\w*|quick(er|en)?|performance|batch(ed)?|tun(e|ing))\b/,
  ],
  [
    'review',
    /\b(review\w*|check\w*|bugs?|wrong|defects?|mistakes?|errors? in|audit\w*|look[- ]?ahead|leak\w*|correct\w*)\b/,
  ],
  ['search', /\b(find|where|search|show|list|which|locate|look for|who calls)\b/],
  ['explain', /\b(explain\w*|why|what|how|describe|summari[sz]e|does)\b/],
]

/**
 * What a sentence asks for, by its words: the first word of a kind that stands in it decides, and optimising before the rest where
 * two stand side by side ("what makes this slow"). A sentence without any of them is a search.
 */
export function intentOf(sentence: string): Intent {
  const text = sentence.toLowerCase()
  const found = WORDS.find(([, words]) => words.test(text))
  return found?.[0] ?? 'search'
}

/** Whether a sentence names what it is about; "make it faster" does not. */
export function hasSubject(sentence: string): boolean {
  return bareSubject(sentence) !== ''
}

/** The part of a sentence that tells what it is about: without the words that say what to do, and without filling. */
export function subjectOf(sentence: string): string {
  const subject = bareSubject(sentence)
  return subject === '' ? sentence.trim() : subject
}

function bareSubject(sentence: string): string {
  const filling =
    /\b(please|can|could|you|would|make|the|a|an|my|our|for|of|in|on|this|that|me|calculation|function|code|method|i|want|to|and|all|its?|be|is|are|does|do|did|run|runs|much|more|bit|now|again|here)\b/gi
  let subject = sentence
  for (const [, words] of WORDS) subject = subject.replace(new RegExp(words, 'gi'), ' ')
  return subject
    .replace(filling, ' ')
    .replace(/[^\w.\s]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
