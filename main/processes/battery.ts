import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Whether the machine runs on its battery; undefined where the system does not tell. */
export async function isOnBattery(
  platform: NodeJS.Platform = process.platform,
): Promise<boolean | undefined> {
  if (platform === 'linux') return linuxOnBattery('/sys/class/power_supply')
  if (platform === 'darwin') return parsePowerSource(await run('/usr/bin/pmset', ['-g', 'batt']))
  return undefined
}

/** From the folder in which Linux tells of its power supplies. */
export function linuxOnBattery(folder: string): boolean | undefined {
  const supplies = namesIn(folder).map(name => ({
    type: textOf(join(folder, name, 'type')),
    status: textOf(join(folder, name, 'status')),
    online: textOf(join(folder, name, 'online')),
  }))
  if (supplies.some(({ type, online }) => type === 'Mains' && online === '1')) return false
  const batteries = supplies.filter(({ type }) => type === 'Battery')
  return batteries.length === 0 ? undefined : batteries.some(({ status }) => status === 'Discharging')
}

/** From what `pmset -g batt` of macOS prints. */
export function parsePowerSource(text: string | undefined): boolean | undefined {
  const source = /drawing from .(\w+ Power)/.exec(text ?? '')?.[1]
  return source === undefined ? undefined : source === 'Battery Power'
}

function run(file: string, commandLine: readonly string[]): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(file, commandLine, { timeout: 2000 }, (cause, output) => resolve(cause ? undefined : output))
  })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
