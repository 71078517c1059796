import { text, type Add, type Options, type Outcome } from './command.ts'
import { settingsOf } from './startOptions.ts'

const STRATEGIES = `
Strategies over mids: doNothing, fixedTimeCondor, fixedTimePutVertical, fixedTimeCallVertical (ended by the cockpit's exit
rule), straddle, strangle, shortStraddle, ironButterfly, ironCondor, riskReversal, bullCallSpread, bearPutSpread (held to
the end). A row that breaks a rule is refused with its file, line and column. Every run counts as a trial on its data, and so
does every strategy that runs beside it; trials are kept in the data folder, so that the deflated Sharpe ratio knows how
many there were.`

/** Adds the commands that look back: backtests over recorded days. */
export function addResearchCommands(add: Add): void {
  add(
    'backtest',
    'Tests a strategy or a policy over recorded days, before and after costs.',
    command =>
      command
        .option('--fills <file>', 'recorded condors in the layout of options_0dte fills, CSV, plain or gzip')
        .option(
          '--mids <file>',
          'mids: date,time_et,spx,strike,call_mid,put_mid; CSV, plain or gzip; or a folder of imported days',
        )
        .option('--strategy <name>', 'recorded with --fills, else a name below')
        .option('--policy <folder>', 'a policy that decides, instead of a strategy')
        .option('--closes <file>', 'official closes to settle at: date,close and maybe symbol; CSV')
        .option('--entry <time>', 'when a strategy enters, HH:MM in New York', '10:00')
        .option('--lag', 'do everything one bar late')
        .option('--report <file>', 'also write the report as a page, .html')
        .option('--data-dir <folder>', 'where the trials are kept')
        .addHelpText('after', STRATEGIES),
    runBacktest,
  )
}

async function runBacktest(options: Options): Promise<Outcome> {
  const { findPlaces, resolveSettings } = await import('../processes/resolveSettings.ts')
  const { backtest } = await import('../processes/commands/backtest.ts')
  const settings = resolveSettings(findPlaces(), settingsOf({ dataDir: options['dataDir'] }))
  if (!settings.ok) return settings
  const named = (name: string) => text(options[name])
  return backtest(
    {
      fills: named('fills'),
      mids: named('mids'),
      strategy: named('strategy'),
      policy: named('policy'),
      closes: named('closes'),
      entry: named('entry'),
      isLate: options['lag'] === true,
      report: named('report'),
      isWhole: options.json === true,
    },
    settings.value,
  )
}
