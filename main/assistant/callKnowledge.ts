import type { LineRange } from '../contract/assistant.ts'
import type { CallKnowledge } from './explorer/variant.ts'
import type { CallSite } from './syntax/code.ts'
import type { FunctionStatement } from './syntax/python/tree.ts'

/** More texts of one parameter tell nothing new. */
const MOST_TEXTS = 30

/** What call sites say of the parameters of a function: the texts that are given for each, the most usual first. */
export function callKnowledge(
  { name, parameters }: FunctionStatement,
  path: string,
  lines: LineRange,
  sites: readonly CallSite[],
): CallKnowledge {
  // What a method is called on is no argument
  const isMethod = path !== name && ['self', 'cls'].includes(parameters[0]?.name ?? '')
  const places = parameters.filter(({ form }) => form === 'plain').slice(isMethod ? 1 : 0)
  const given = new Map<string, Map<string, number>>()
  const add = (parameter: string | undefined, text: string) => {
    if (parameter === undefined) return
    const texts = given.get(parameter) ?? new Map<string, number>()
    given.set(parameter, texts.set(text, (texts.get(text) ?? 0) + 1))
  }
  for (const site of sites) {
    for (const [index, argument] of site.arguments.entries()) {
      // After `*rows` nobody knows which argument is which
      if (argument.startsWith('*')) break
      const named = /^([A-Za-z_]\w*)=(?!=)([\s\S]*)$/.exec(argument)
      if (!named) add(places[index]?.name, argument)
      else if (places.some(parameter => parameter.name === named[1])) add(named[1], named[2] ?? '')
    }
  }
  const usual = (texts: ReadonlyMap<string, number>) =>
    [...texts].toSorted(([, one], [, other]) => other - one).map(([text]) => text)
  return {
    lines,
    arguments: Object.fromEntries(
      [...given].map(([parameter, texts]) => [parameter, usual(texts).slice(0, MOST_TEXTS)]),
    ),
  }
}
