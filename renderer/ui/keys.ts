/** Whether the machine has a command key. */
function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform)
}

/** The main modifier as it is printed on keys. */
export function modifierKey(): string {
  return isMac() ? '⌘' : 'Ctrl '
}

/** The keys of the kill switch, in tinykeys' notation and as they are printed. */
export function killSwitchKeys(): { readonly keys: string; readonly printed: string } {
  return isMac()
    ? { keys: 'Control+Alt+Meta+KeyK', printed: '⌃⌥⌘K' }
    : { keys: 'Control+Alt+Shift+KeyK', printed: 'Ctrl Alt Shift K' }
}
