import type { Command } from 'commander'
import { text, type Add } from './command.ts'

/** Adds the commands that compute tables of options. */
export function addNumericCommands(add: Add): void {
  add(
    'price',
    'Writes price and Greeks behind every option of a CSV file.',
    command =>
      withTables(command, 'options: id,type,spot,strike,rate,div_yield,t_years,vol').requiredOption(
        '--style <style>',
        'european or american',
      ),
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
      ),
    async options => {
      const { findPlaces } = await import('../processes/resolveSettings.ts')
      const { volatilityFile } = await import('../processes/commands/volatility.ts')
      return volatilityFile(findPlaces(), text(options['in']), text(options['out']), text(options['backend']))
    },
  )
}

function withTables(command: Command, content: string): Command {
  return command
    .requiredOption('--in <file>', `${content}; CSV, plain or gzip`)
    .requiredOption('--out <file>', 'the CSV file to write')
    .option('--backend <name>', 'who computes: reference, native, gpu or auto', 'auto')
}
