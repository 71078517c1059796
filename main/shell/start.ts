import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CockpitHandle } from '../contract/wire.ts'
import { openControl } from './control.ts'
import { BadOption, readStartOptions } from './startOptions.ts'
import { startWebShell } from './web.ts'

/** The entry of `npm start` where Electron is not installed: the cockpit behind the loopback shell. */
async function start(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2), text => process.stdout.write(text))
  if (!options) return
  const { findPlaces, resolveSettings } = await import('../processes/resolveSettings.ts')
  const places = findPlaces()
  const settings = resolveSettings(places, options)
  if (!settings.ok) return stop(settings.failure)
  const { shell, data } = settings.value
  const { promise: cockpit, resolve, reject } = Promise.withResolvers<CockpitHandle>()
  cockpit.catch(() => undefined)
  const closeControl = await openControl(data.folder, cockpit)
  const web = await startWebShell(cockpit, join(import.meta.dirname, '../renderer'), shell.port)
  process.stdout.write(
    'Electron is not installed here; the cockpit is served to a browser on this machine, paper only.\n',
  )
  process.stdout.write(`${web.address}\n`)
  if (shell.open) openBrowser(web.address)
  const { startCockpit } = await import('../processes/cockpit.ts')
  try {
    const running = await startCockpit(settings.value, places, 'web')
    resolve(running)
    endWith(async () => {
      await web.close()
      await running.close()
      closeControl()
    })
    await running.ready
    process.stdout.write('The session runs. Ctrl+C ends it.\n')
  } catch (cause) {
    reject(cause)
    closeControl()
    await web.close()
    stop(messageOf(cause))
  }
}

function openBrowser(address: string): void {
  const [opener, ...prefix] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start']
        : ['xdg-open']
  if (opener === undefined) return
  // No browser is no failure: the address stands above
  spawn(opener, [...prefix, address], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref()
}

function endWith(close: () => Promise<void>): void {
  let isEnding = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isEnding) process.exit(130)
      isEnding = true
      void close().then(() => process.exit(0))
    })
  }
}

function stop(line: string): void {
  process.stderr.write(`${line}\n`)
  process.exitCode = 2
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

await start().catch((cause: unknown) => {
  if (cause instanceof BadOption) return stop(cause.message)
  stop(messageOf(cause))
  process.exit(2)
})
