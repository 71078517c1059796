import { Command } from 'cmdk'
import { useDesk } from '../state/deskStore.ts'
import { setView, useView } from '../state/viewStore.ts'
import { headline } from '../ui/decisionWords.ts'
import { CloseButton } from './CloseButton.tsx'
import { windowActions } from './actionsList.ts'
import { clock } from '../ui/format.ts'

const GROUPS = ['Suggestion', 'Safety', 'Show', 'Set'] as const

/** Find or do anything: every action with its key, every decision of the day. */
export function CommandPalette() {
  const isOpen = useView(view => view.dialog === 'palette')
  const decisions = useDesk(state => state.decisions)
  const actions = windowActions()
  const close = () => setView({ dialog: undefined })
  return (
    <Command.Dialog
      open={isOpen}
      onOpenChange={open => !open && close()}
      label="Find or do"
      className="palette"
    >
      <Command.Input placeholder="Find or do" aria-label="Find or do" />
      <Command.List>
        <Command.Empty>Nothing is called that.</Command.Empty>
        {GROUPS.map(group => (
          <Command.Group key={group} heading={group}>
            {actions
              .filter(action => action.group === group)
              .map(action => (
                <Command.Item
                  key={action.name}
                  value={action.name}
                  onSelect={() => {
                    close()
                    action.run()
                  }}
                >
                  <span>{action.name}</span>
                  {action.printed !== undefined && <kbd>{action.printed}</kbd>}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
        <Command.Group heading="Decisions of the day">
          {decisions
            .filter(decision => decision.proposal)
            .toReversed()
            .slice(0, 30)
            .map(decision => (
              <Command.Item
                key={decision.id}
                value={`${decision.number} ${headline(decision)}`}
                onSelect={() => {
                  close()
                  setView({ page: 'cockpit', shownDecision: decision.id })
                }}
              >
                <span>
                  {decision.number}. {headline(decision)}
                </span>
                <span className="t3">{clock(decision.time)}</span>
              </Command.Item>
            ))}
        </Command.Group>
      </Command.List>
      <CloseButton />
    </Command.Dialog>
  )
}
