/** Whether the machine has a command key. */
export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform)
}

/** The main modifier as it is printed on keys. */
export function modifierKey(): string {
  return isMac() ? '⌘' : 'Ctrl '
}

/** The keys of the kill switch as they are printed. */
export function killSwitchKeys(): string {
  return isMac() ? '⌃⌥⌘K' : 'Ctrl Alt Shift K'
}
