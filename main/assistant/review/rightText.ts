/** How a function writes call and put, from the texts that it compares the right with; a capital letter where it compares none. */
export function rightText(options: readonly string[], right: 'call' | 'put'): string {
  const initial = right === 'call' ? 'c' : 'p'
  const written = options.find(option => option.toLowerCase().startsWith(initial))
  const other = options[0] ?? 'C'
  return JSON.stringify(written ?? likewise(other, other.length === 1 ? initial : right))
}

/** A word in the letter case of another one. */
function likewise(other: string, word: string): string {
  if (other === other.toUpperCase()) return word.toUpperCase()
  return /^[A-Z]/.test(other) ? (word[0] ?? '').toUpperCase() + word.slice(1) : word
}
