import type { FunctionComponent } from 'react'
import { AlertsPane } from '../panes/alerts/AlertsPane.tsx'
import { ChainControls, ChainMeta, ChainPane } from '../panes/chain/ChainPane.tsx'
import { ChartControls, ChartMeta, ChartPane } from '../panes/chart/ChartPane.tsx'
import { JournalControls, JournalMeta, JournalPane } from '../panes/journal/JournalPane.tsx'
import { PayoffControls, PayoffMeta, PayoffPane } from '../panes/payoff/PayoffPane.tsx'
import { PositionsControls, PositionsMeta, PositionsPane } from '../panes/positions/PositionsPane.tsx'
import { ScenarioControls, ScenarioMeta, ScenarioPane } from '../panes/scenario/ScenarioPane.tsx'
import { SmileControls, SmileMeta, SmilePane } from '../panes/smile/SmilePane.tsx'
import { SuggestionControls, SuggestionMeta, SuggestionPane } from '../panes/suggestion/SuggestionPane.tsx'

/** The panes of the cockpit by name. */
export type PaneId =
  | 'chain'
  | 'chart'
  | 'suggestion'
  | 'positions'
  | 'payoff'
  | 'smile'
  | 'scenario'
  | 'journal'
  | 'alerts'

/** What a pane is made of: its title, the line beside it, its switches, and itself. */
export interface PaneParts {
  readonly title: string
  readonly Meta?: FunctionComponent
  readonly Controls?: FunctionComponent
  readonly Pane: FunctionComponent
}

export const PANES: Readonly<Record<PaneId, PaneParts>> = {
  chain: { title: 'Chain', Meta: ChainMeta, Controls: ChainControls, Pane: ChainPane },
  chart: { title: 'Chart', Meta: ChartMeta, Controls: ChartControls, Pane: ChartPane },
  suggestion: {
    title: 'Suggestion',
    Meta: SuggestionMeta,
    Controls: SuggestionControls,
    Pane: SuggestionPane,
  },
  positions: { title: 'Positions', Meta: PositionsMeta, Controls: PositionsControls, Pane: PositionsPane },
  payoff: { title: 'Payoff', Meta: PayoffMeta, Controls: PayoffControls, Pane: PayoffPane },
  smile: { title: 'Smile', Meta: SmileMeta, Controls: SmileControls, Pane: SmilePane },
  scenario: { title: 'Scenario', Meta: ScenarioMeta, Controls: ScenarioControls, Pane: ScenarioPane },
  journal: { title: 'Journal', Meta: JournalMeta, Controls: JournalControls, Pane: JournalPane },
  alerts: { title: 'Alerts', Pane: AlertsPane },
}

/** Whether a name is that of a pane. */
export function isPaneId(name: string | undefined): name is PaneId {
  return name !== undefined && Object.hasOwn(PANES, name)
}
