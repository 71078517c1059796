/** Numbers that JSON does not know, by the text that stands for them. */
const UNWRITABLE: ReadonlyMap<string, number> = new Map([
  ['\u0000NaN', Number.NaN],
  ['\u0000+', Number.POSITIVE_INFINITY],
  ['\u0000-', Number.NEGATIVE_INFINITY],
])

/** Plain data as text; unlike bare JSON it keeps NaN and the infinities, so that what is read back is what was meant. */
export function toText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'number' || Number.isFinite(part)) return part
    if (Number.isNaN(part)) return '\u0000NaN'
    return part > 0 ? '\u0000+' : '\u0000-'
  })
}

/** Plain data from text written by `toText`. The caller vouches for the shape. */
export function fromText<Value>(text: string): Value {
  const value: Value = JSON.parse(text, (_key, part: unknown) => {
    return typeof part === 'string' && part.startsWith('\u0000') ? (UNWRITABLE.get(part) ?? part) : part
  })
  return value
}
