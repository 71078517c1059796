import { chooseAssistant } from '../state/assistantChoices.ts'
import { undoLast } from '../state/assistantActions.ts'
import { answerByKey, call, flattenAll, keepPositions, toggleKeys } from '../state/actions.ts'
import { explainShown } from '../state/explainShown.ts'
import { framesStore } from '../state/frames.ts'
import { askForNotifications } from '../state/notifications.ts'
import { setView, useView } from '../state/viewStore.ts'
import { killSwitchKeys, modifierKey } from '../ui/keys.ts'
import { PANE_IDS, resetLayout, showPane } from './layouts.ts'
import { PLAYBACK_SPEEDS } from './playbackSpeeds.ts'

/** Everything that can be done, with its key where it has one: the palette lists it, the keys run it. */
export interface WindowAction {
  readonly name: string
  readonly group: 'Suggestion' | 'Safety' | 'Show' | 'Set'
  /** In tinykeys' notation; `$mod` is the command key on a Mac. */
  readonly keys?: string
  /** As printed. */
  readonly printed?: string
  readonly run: () => void
}

/** The actions of the window. */
export function windowActions(): readonly WindowAction[] {
  return [
    ...suggestionActions(),
    ...safetyActions(),
    ...pageActions(),
    ...paneActions(),
    ...codeActions(),
    ...playbackActions(),
    ...lookActions(),
    ...settingActions(),
  ]
}

function suggestionActions(): WindowAction[] {
  return [
    {
      name: 'Accept the suggestion',
      group: 'Suggestion',
      keys: 'a',
      printed: 'A',
      run: () => void answerByKey('accept'),
    },
    {
      name: 'Modify the suggestion',
      group: 'Suggestion',
      keys: 'm',
      printed: 'M',
      run: () => void answerByKey('modify'),
    },
    {
      name: 'Reject the suggestion',
      group: 'Suggestion',
      keys: 'r',
      printed: 'R',
      run: () => void answerByKey('reject'),
    },
    {
      name: 'Explain the decision that is shown',
      group: 'Suggestion',
      keys: 'e',
      printed: 'E',
      run: explainShown,
    },
  ]
}

function safetyActions(): WindowAction[] {
  const mod = modifierKey()
  return [
    {
      name: 'Flatten all: cancel every order, close every position',
      group: 'Safety',
      ...killSwitchKeys(),
      run: () => void flattenAll('key'),
    },
    {
      name: 'Keep positions while closing has not begun',
      group: 'Safety',
      printed: 'Esc',
      run: () => void keepPositions('key'),
    },
    {
      name: 'Arm order keys for 10 minutes, or make them safe',
      group: 'Safety',
      keys: '$mod+Shift+KeyA',
      printed: `${mod}⇧A`,
      run: () => void toggleKeys(),
    },
  ]
}

/** What each page is, in the order of their keys. */
const PAGES = [
  ['cockpit', 'Cockpit'],
  ['day', 'Day: results, limits, what was learned'],
  ['health', 'Health: latency, memory, sources'],
  ['machine', 'Machine: who computes what, how fast'],
  ['learning', 'Learning: champion, challenger, training, what was learned'],
  ['backtest', 'Backtest: a strategy over many sessions'],
  ['code', 'Code: the assistant for your own trading code'],
] as const

function pageActions(): WindowAction[] {
  const mod = modifierKey()
  return [
    ...PAGES.map(([page, name], index): WindowAction => ({
      name,
      group: 'Show',
      keys: `$mod+Digit${index + 1}`,
      printed: `${mod}${index + 1}`,
      run: () => setView({ page }),
    })),
    {
      name: 'Find or do anything',
      group: 'Show',
      keys: '$mod+KeyK',
      printed: `${mod}K`,
      run: () => setView({ dialog: 'palette' }),
    },
    {
      name: 'All keys',
      group: 'Show',
      keys: 'Shift+?',
      printed: '?',
      run: () => setView({ dialog: 'keys' }),
    },
  ]
}

function paneActions(): WindowAction[] {
  return [
    {
      name: 'Centre the chain',
      group: 'Show',
      keys: 'c',
      printed: 'C',
      run: () => window.dispatchEvent(new Event('zerodte:centre')),
    },
    { name: 'Shorter bars', group: 'Show', keys: '[', printed: '[', run: () => stepBars(-1) },
    { name: 'Longer bars', group: 'Show', keys: ']', printed: ']', run: () => stepBars(1) },
    { name: 'Chain: Greeks', group: 'Show', run: () => setView({ chainColumns: 'greeks' }) },
    { name: 'Chain: sizes', group: 'Show', run: () => setView({ chainColumns: 'sizes' }) },
    {
      name: 'Chain: second-order Greeks',
      group: 'Show',
      run: () => setView({ chainColumns: 'secondOrder' }),
    },
    { name: 'Chain: own columns', group: 'Show', run: () => setView({ chainColumns: 'own' }) },
    { name: 'Chain: choose columns', group: 'Show', run: chooseColumns },
    ...PANE_IDS.map((pane): WindowAction => ({
      name: `Go to the ${pane}`,
      group: 'Show',
      run: () => showPane(pane),
    })),
    {
      name: 'Payoff and scenarios: the market as it is now',
      group: 'Show',
      run: () => setView({ laterTime: undefined, volatilityFactor: 1 }),
    },
    { name: 'Reset the panels to their places', group: 'Show', run: resetLayout },
  ]
}

function codeActions(): WindowAction[] {
  return [
    { name: 'Code: ask', group: 'Show', keys: '/', printed: '/', run: askForCode },
    {
      name: 'Code: the morning report',
      group: 'Show',
      run: () => showCode({ list: 'morning' }),
    },
    { name: 'Code: findings', group: 'Show', run: () => showCode({ list: 'findings' }) },
    { name: 'Code: choices', group: 'Show', run: () => showCode({ list: 'choices' }) },
    { name: 'Code: do the work of the night now', group: 'Set', run: () => void call('assistant/night', {}) },
    { name: 'Code: undo the last change', group: 'Set', run: () => void undoLast() },
  ]
}

function showCode(choices: Parameters<typeof chooseAssistant>[0]): void {
  setView({ page: 'code' })
  chooseAssistant(choices)
}

/** Shows the page and has the keyboard in its box; the palette takes the focus back while it closes. */
function askForCode(): void {
  setView({ page: 'code' })
  setTimeout(() => chooseAssistant({ wantsBox: true }), 100)
}

function chooseColumns(): void {
  showPane('chain')
  // The palette takes the focus back while it closes, which would close the choice again
  setTimeout(() => setView({ isChoosingColumns: true }), 100)
}

/** For a session that is not live: hold it, let it go on, and how fast it runs. */
function playbackActions(): WindowAction[] {
  const playback = framesStore.getState().pulse?.playback
  if (!playback || playback.isLive) return []
  return [
    {
      name: playback.isPaused ? 'Let the session go on' : 'Pause the session',
      group: 'Set',
      run: () => void call('playback/set', { isPaused: !playback.isPaused }),
    },
    ...PLAYBACK_SPEEDS.map((speed): WindowAction => ({
      name: `Speed of the session ×${speed}`,
      group: 'Set',
      run: () => void call('playback/set', { speed }),
    })),
  ]
}

function lookActions(): WindowAction[] {
  return [
    { name: 'Dark theme', group: 'Show', run: () => setView({ theme: 'dark' }) },
    { name: 'Light theme', group: 'Show', run: () => setView({ theme: 'light' }) },
    { name: 'Theme of the system', group: 'Show', run: () => setView({ theme: 'system' }) },
    {
      name: 'Blue and orange for gain and loss',
      group: 'Show',
      run: () => setView({ palette: 'blue-orange' }),
    },
    { name: 'Green and red for gain and loss', group: 'Show', run: () => setView({ palette: 'standard' }) },
  ]
}

function settingActions(): WindowAction[] {
  return [
    { name: 'Risk limits', group: 'Set', run: () => setView({ dialog: 'limits' }) },
    {
      name: 'Size of a trade: by the limits, or by Kelly',
      group: 'Set',
      run: () => setView({ dialog: 'sizing' }),
    },
    { name: 'Reasons for a no', group: 'Set', run: () => setView({ dialog: 'reasons' }) },
    { name: 'Alert rules', group: 'Set', run: () => setView({ dialog: 'alertRules' }) },
    { name: 'Show alerts on the desktop', group: 'Set', run: () => void askForNotifications() },
  ]
}

const BAR_SIZES = [1, 5, 15] as const

function stepBars(step: number): void {
  const position = BAR_SIZES.indexOf(useView.getState().barMinutes)
  const next = BAR_SIZES[Math.max(0, Math.min(BAR_SIZES.length - 1, position + step))]
  if (next !== undefined) setView({ barMinutes: next })
}
