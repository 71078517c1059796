import type { Command } from 'commander'
import { text, type Add } from './command.ts'

const DIVIDENDS = `
Options by spot may have two more columns: dividend (dollars a share) and dividend_years (years until it goes ex, 0 or empty for
none). The spot falls by the dividend when the share goes ex; one beyond t_years counts for nothing. Such rows are computed by
the readable formulas, whatever the backend, in milliseconds to seconds a row.`

const SMILE_LIMITS = `
A smile is carried on for at most 15 minutes without a quote of its expiry. After the close (13:00 on a half day, else 16:00) a
row is answered only where its expiry is later and has quotes since the close.`

const CARRIED = `
Every column is carried through in its place. One that has the name of an output becomes input_ and its name, as the summary says.
A row that cannot be computed says in its status which rule it breaks; what it has beyond the columns stands there too.`

/** Adds the commands that compute tables of options. */
export function addNumericCommands(add: Add): void {
  add(
    'price',
    'Writes price and Greeks behind every option of a CSV file.',
    command =>
      withTables(command, 'options: id,type,spot,strike,rate,div_yield,t_years,vol')
        .requiredOption('--style <style>', 'european or american')
        .addHelpText('after', DIVIDENDS),
    async options => {
      const { findPlaces } = await import('../processes/resolveSettings.ts')
      const { priceFile } = await import('../processes/commands/price.ts')
      const [file, out] = [text(options['in']), text(options['out'])]
      return priceFile(findPlaces(), file, out, text(options['style']), text(options['backend']))
    },
  )
  add(
    'iv',
    'Writes the implied volatility behind every option price of a CSV file.',
    command =>
      withTables(
        command,
        'prices: id,type,forward,strike,t_years,price or id,type,spot,strike,rate,div_yield,t_years,price,style',
      ).addHelpText('after', DIVIDENDS),
    async options => {
      const { findPlaces } = await import('../processes/resolveSettings.ts')
      const { volatilityFile } = await import('../processes/commands/volatility.ts')
      return volatilityFile(findPlaces(), text(options['in']), text(options['out']), text(options['backend']))
    },
  )
  add(
    'smile',
    'Fits the quotes of a day minute by minute and predicts the quotes of other strikes, and of expiries between.',
    command =>
      command
        .requiredOption('--quotes <file>', 'minute quotes to fit, CSV, plain or gzip')
        .requiredOption('--underlying <file>', 'minute bars of the underlying, CSV, plain or gzip')
        .requiredOption('--predict <file>', 'rows to predict: date,time_et,expiry,right,strike')
        .requiredOption('--out <file>', 'the CSV file to write, with mid,low,high,status')
        .addHelpText('after', `${SMILE_LIMITS}${CARRIED}`),
    async options => {
      const { predictQuotes } = await import('../processes/commands/smile.ts')
      const file = (name: string) => text(options[name])
      return predictQuotes({
        quotes: file('quotes'),
        underlying: file('underlying'),
        predict: file('predict'),
        out: file('out'),
      })
    },
  )
}

function withTables(command: Command, content: string): Command {
  return command
    .requiredOption('--in <file>', `${content}; CSV, plain or gzip`)
    .requiredOption('--out <file>', 'the CSV file to write')
    .option('--backend <name>', 'who computes: reference, native, gpu or auto', 'auto')
    .addHelpText('after', CARRIED)
}
