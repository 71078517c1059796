import { call } from './actions.ts'
import { REMEMBERED_CHOICES, REMEMBERED_LISTS, setView, useView, type ViewState } from './viewStore.ts'

/** The name under which choices are kept beside the layouts of the displays. */
const KEPT_AS = 'view'

/** How long after the last change the choices are kept. */
const KEEP_AFTER = 400

/** Takes up the choices of last time, and keeps every change from then on. */
export async function rememberView(): Promise<void> {
  const kept = await call('layout/get', { display: KEPT_AS })
  if (kept.ok && kept.value !== null) setView(readChoices(kept.value))
  let timer: ReturnType<typeof setTimeout> | undefined
  let before = writeChoices(useView.getState())
  useView.subscribe(state => {
    const now = writeChoices(state)
    if (now === before) return
    before = now
    clearTimeout(timer)
    timer = setTimeout(() => void call('layout/save', { display: KEPT_AS, layout: now }), KEEP_AFTER)
  })
}

/** The choices of a window as text. */
export function writeChoices(state: ViewState): string {
  return JSON.stringify(
    Object.fromEntries([...choiceNames(), ...listNames()].map(name => [name, state[name]])),
  )
}

/** The choices in a text; what is not one of today's choices is left out. */
export function readChoices(text: string): Partial<ViewState> {
  let kept: unknown
  try {
    kept = JSON.parse(text)
  } catch {
    return {}
  }
  if (typeof kept !== 'object' || kept === null) return {}
  const found = new Map<string, unknown>(Object.entries(kept))
  return Object.fromEntries([
    ...choiceNames().flatMap(name => {
      const choice = REMEMBERED_CHOICES[name].find(value => value === found.get(name))
      return choice === undefined ? [] : [[name, choice]]
    }),
    ...listNames().flatMap(name => {
      const list: unknown = found.get(name)
      return Array.isArray(list) ? [[name, REMEMBERED_LISTS[name].filter(value => list.includes(value))]] : []
    }),
  ])
}

function choiceNames(): (keyof typeof REMEMBERED_CHOICES)[] {
  return [
    'chainColumns',
    'barMinutes',
    'payoffOf',
    'journalOf',
    'scenarioOf',
    'scenarioShows',
    'scenarioAcross',
    'theme',
    'palette',
  ]
}

function listNames(): (keyof typeof REMEMBERED_LISTS)[] {
  return ['ownColumns']
}
