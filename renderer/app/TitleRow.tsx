import { Icon } from '../ui/Icon.tsx'
import { clock, day } from '../ui/format.ts'
import { useDesk } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { setView, useView, type Page } from '../state/viewStore.ts'
import { modifierKey } from '../ui/keys.ts'
import { PlaybackControl } from './PlaybackControl.tsx'
import { AlertsButton } from './AlertsButton.tsx'

const PAGES: readonly { readonly page: Page; readonly name: string }[] = [
  { page: 'cockpit', name: 'Cockpit' },
  { page: 'day', name: 'Day' },
  { page: 'health', name: 'Health' },
  { page: 'machine', name: 'Machine' },
  { page: 'learning', name: 'Learning' },
  { page: 'backtest', name: 'Backtest' },
  { page: 'code', name: 'Code' },
]

/** The first row: pages, the account in the middle, finding, alerts and the clock of the session. */
export function TitleRow() {
  const page = useView(view => view.page)
  return (
    <header className="title">
      <nav className="tabs" aria-label="Pages">
        {PAGES.map((entry, index) => (
          <button
            key={entry.page}
            type="button"
            aria-current={entry.page === page ? 'page' : undefined}
            onClick={() => setView({ page: entry.page })}
          >
            {entry.name}
            <span className="hide-s">
              {modifierKey()}
              {index + 1}
            </span>
          </button>
        ))}
      </nav>
      <PlaybackControl />
      <Account />
      <div className="end">
        <button className="find" type="button" onClick={() => setView({ dialog: 'palette' })}>
          <Icon name="search" />
          <span className="sr-s">Find or do</span>
          <kbd>{modifierKey()}K</kbd>
        </button>
        <AlertsButton />
        <SessionClock />
      </div>
    </header>
  )
}

/** Which account orders go to, as unmistakable as it can be. */
function Account() {
  const account = useDesk(state => state.account)
  const isReady = useDesk(state => state.isReady)
  if (account.mode === 'unsure') {
    return (
      <div className="account unsure" role="status">
        {isReady ? '▲ account not confirmed' : 'starting'}
      </div>
    )
  }
  return (
    <div className="account" role="status">
      <b>{account.mode === 'paper' ? 'PAPER' : 'LIVE'}</b>
      <span>{account.id}</span>
    </div>
  )
}

function SessionClock() {
  const time = usePulse(pulse => Math.floor(pulse.time / 1000) * 1000)
  if (time === undefined) return null
  return (
    <>
      <span className="t2 hide-s">{day(time)}</span>
      <span className="b">
        {clock(time)} <span className="t3 thin">ET</span>
      </span>
    </>
  )
}
