import { text, type Add, type WithSettings } from './command.ts'

const BUNDLE = `
A bundle is a folder: the plan, the champion it is compared with, checkpoints, and at the end the result. It may be copied to another
machine at any time, also while it is half done, and gone on with there. The same bundle gives the same bytes, however often it is interrupted.`

/** Adds the commands of trainings that run on their own, here or on another machine. */
export function addTrainingCommands(add: Add, withSettings: WithSettings): void {
  add(
    'export',
    'Writes a training as a bundle that runs anywhere.',
    command =>
      command
        .requiredOption('--out <folder>', 'the bundle to write')
        .option('--seed <number>', 'the seed of the training', '1')
        .option('--budget <name>', 'short or usual', 'usual')
        .option(
          '--encoder <name>',
          'plain or attention, the kind of network; that of the champion by default',
        )
        .option('--at <instant>', 'the instant it is dated with, 2026-11-22T07:00:00Z; now by default')
        .option('--data-dir <folder>', 'where models and memory are kept')
        .addHelpText('after', BUNDLE),
    options =>
      withSettings({ dataDir: options['dataDir'] }, async (settings, places) => {
        const { exportTraining } = await import('../processes/commands/train.ts')
        const names = ['out', 'seed', 'budget', 'encoder', 'at']
        const [out = '', seed = '', budget = '', encoder = '', at = ''] = names.map(name =>
          text(options[name]),
        )
        return exportTraining({ out, seed, budget, encoder, at }, settings, places, sayAside)
      }),
  )
  add(
    'run',
    'Runs the training of a bundle, or goes on with it.',
    command => command.argument('<bundle>', 'the folder of the bundle').addHelpText('after', BUNDLE),
    async options => {
      const { runBundle } = await import('../processes/commands/train.ts')
      return runBundle(text(options['bundle']), sayAside)
    },
  )
  add(
    'import',
    'Takes what a bundle made into the models; who is in charge does not change by it.',
    command =>
      command
        .argument('<bundle>', 'the folder of the bundle')
        .option('--data-dir <folder>', 'where models and memory are kept')
        .addHelpText('after', BUNDLE),
    options =>
      withSettings({ dataDir: options['dataDir'] }, async (settings, places) => {
        const { importBundle } = await import('../processes/commands/train.ts')
        return importBundle(text(options['bundle']), settings, places)
      }),
  )
}

/** What is told on the way; what a command is asked for goes to the other stream. */
function sayAside(line: string): void {
  process.stderr.write(`${line}\n`)
}
