/** A name of code in words: policyLoss is policy loss, sell10 is sell 10. */
export function plainWords(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z0-9])/g, ' ').toLowerCase()
}

/** With a capital at its head. */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
