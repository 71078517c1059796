/** The words of a name or sentence in lower case, split where words join: `isCall` and `is_call` are both `is`, `call`. */
export function wordsOf(text: string): readonly string[] {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(word => word !== '')
}

/** Whether any of the words is there. */
export function hasWord(words: readonly string[], ...wanted: readonly string[]): boolean {
  return words.some(word => wanted.includes(word))
}
