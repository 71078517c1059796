import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { ExplanationView } from '../panes/explanation/ExplanationView.tsx'
import { setView, useView } from '../state/viewStore.ts'
import { modifierKey } from '../ui/keys.ts'
import { AlertRulesForm } from './AlertRulesForm.tsx'
import { CloseButton } from './CloseButton.tsx'
import { LimitsForm } from './LimitsForm.tsx'
import { ReasonsForm } from './ReasonsForm.tsx'
import { SizingForm } from './SizingForm.tsx'
import { windowActions } from './actionsList.ts'

const TITLES = {
  keys: 'All keys',
  limits: 'Risk limits',
  sizing: 'Size of a trade',
  reasons: 'Reasons for a no',
  alertRules: 'Alert rules',
  explanation: 'Why this decision',
} as const

const TEXTS = {
  keys: 'Order keys act only while they are armed. No key acts while you type.',
  limits: 'Every order of every origin passes them. A lockout that has begun is not undone by a wider limit.',
  sizing: 'It counts from the next suggestion on, in this session and in those after it.',
  reasons: 'They stand open under every suggestion; the first nine have the keys 1 to 9.',
  alertRules: 'The same alert about the same thing stays silent for five minutes.',
  explanation: 'Each part is what a feature adds to the probability, against a quiet mid-morning.',
} as const

/** The dialogs that settings are edited in. */
export function Dialogs() {
  const dialog = useView(view => view.dialog)
  if (dialog === undefined || dialog === 'palette') return null
  const forms: Record<typeof dialog, ReactNode> = {
    keys: <KeysList />,
    limits: <LimitsForm />,
    sizing: <SizingForm />,
    reasons: <ReasonsForm />,
    alertRules: <AlertRulesForm />,
    explanation: <ExplanationView />,
  }
  return (
    <Dialog.Root open onOpenChange={isOpen => !isOpen && setView({ dialog: undefined })}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className={dialog === 'explanation' ? 'dialog wide' : 'dialog'}>
          <Dialog.Title className="dialog-title">{TITLES[dialog]}</Dialog.Title>
          <Dialog.Description className="t3">{TEXTS[dialog]}</Dialog.Description>
          {forms[dialog]}
          <CloseButton />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function KeysList() {
  const actions = windowActions().filter(action => action.printed !== undefined)
  return (
    <table className="grid keys-list">
      <tbody>
        {actions.map(action => (
          <tr key={action.name}>
            <td className="l">{action.name}</td>
            <td>
              <kbd>{action.printed}</kbd>
            </td>
          </tr>
        ))}
        {keysOfPlaces().map(([does, ...keys]) => (
          <tr key={does}>
            <td className="l">{does}</td>
            <td>
              {keys.map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Keys that belong to no action of their own. */
function keysOfPlaces(): readonly (readonly [does: string, ...keys: string[]])[] {
  return [
    ['Reject with that reason; rate an outcome that is shown', '1 to 9'],
    ['Back from changing a suggestion', 'Esc'],
    ['Next listed strike, on a strike of the payoff; back to what was suggested', '← →', 'Esc'],
    ['Prices and rows, in the scenarios; their figures as a table', '↑ ↓ ← →', 'T'],
    ['What was asked before, in the box of the Code page; the next entry, in its lists', '↑ ↓'],
    [
      'Apply the variant that is looked at, on the Code page; only search, in its box',
      `${modifierKey()}Enter`,
    ],
    ['Strikes and sides, in the chain', '↑ ↓ ← →'],
  ]
}
