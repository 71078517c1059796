/** What stands for a number that JSON does not know begins with it; so text that begins with it gets one more. */
const MARK = '\u0000'

/** Numbers that JSON does not know, by the text that stands for them. */
const UNWRITABLE: ReadonlyMap<string, number> = new Map([
  [`${MARK}NaN`, Number.NaN],
  [`${MARK}+`, Number.POSITIVE_INFINITY],
  [`${MARK}-`, Number.NEGATIVE_INFINITY],
])

/** Plain data as text; unlike bare JSON it keeps NaN and the infinities, so that what is read back is what was meant. */
export function toText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'string' && part.startsWith(MARK)) return MARK + part
    if (typeof part !== 'number' || Number.isFinite(part)) return part
    if (Number.isNaN(part)) return `${MARK}NaN`
    return part > 0 ? `${MARK}+` : `${MARK}-`
  })
}

/** Plain data from text written by `toText`. The caller vouches for the shape. */
export function fromText<Value>(text: string): Value {
  const value: Value = JSON.parse(text, (_key, part: unknown) => {
    return typeof part === 'string' && part.startsWith(MARK) ? (UNWRITABLE.get(part) ?? part.slice(1)) : part
  })
  return value
}
