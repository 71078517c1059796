import { useView } from '../state/viewStore.ts'
import { CodePage } from '../panes/assistant/CodePage.tsx'
import { BacktestPage } from '../panes/backtest/BacktestPage.tsx'
import { DayPage } from '../panes/day/DayPage.tsx'
import { HealthPage } from '../panes/health/HealthPage.tsx'
import { LearningPage } from '../panes/learning/LearningPage.tsx'
import { MachinePage } from '../panes/machine/MachinePage.tsx'
import { Boundary } from './Boundary.tsx'
import { Workspace } from './Workspace.tsx'

/** The page that is shown; the panels live on behind the other pages. */
export function Pages() {
  const page = useView(view => view.page)
  return (
    <main className="page">
      <div className="page-fill" hidden={page !== 'cockpit'}>
        <Workspace />
      </div>
      {page === 'day' && (
        <Boundary name="The day">
          <DayPage />
        </Boundary>
      )}
      {page === 'machine' && (
        <Boundary name="The machine">
          <MachinePage />
        </Boundary>
      )}
      {page === 'learning' && (
        <Boundary name="Learning">
          <LearningPage />
        </Boundary>
      )}
      {page === 'backtest' && (
        <Boundary name="The backtest">
          <BacktestPage />
        </Boundary>
      )}
      {page === 'code' && (
        <Boundary name="The code assistant">
          <CodePage />
        </Boundary>
      )}
      {page === 'health' && (
        <Boundary name="Health">
          <HealthPage />
        </Boundary>
      )}
    </main>
  )
}
