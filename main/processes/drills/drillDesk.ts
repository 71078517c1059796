import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { fileBrokerLog, type BrokerRecord } from '../../adapters/execution/brokerLog.ts'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import { connect, type Connection } from '../../contract/client.ts'
import type { CockpitHandle } from '../../contract/wire.ts'
import { startCockpit } from '../cockpit.ts'
import { findPlaces } from '../resolveSettings.ts'

/** The whole product without a window, on threads that can be made to hang and a database that can be locked. */
export interface DrillDesk {
  readonly cockpit: CockpitHandle
  /** The page, until it is closed. */
  readonly page: Connection
  closePage(): void
  lockDatabase(): void
  hangPolicy(): void
  /** What the simulated broker wrote down, read from its own file. */
  brokerRecords(): readonly BrokerRecord[]
  end(): Promise<void>
}

/** Starts the product on a simulated day and a fresh data folder. */
export async function openDrillDesk(day: {
  readonly date: string
  readonly seed: number
  readonly speed: number
}): Promise<DrillDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'zerodte-drill-'))
  const found = findPlaces()
  const places = { ...found, processes: join(import.meta.dirname, 'threads') }
  const defaults = defaultSettings(found.assets, 0)
  const policyFolder = join(folder, 'policy')
  cpSync(join(found.assets, 'policies/first'), policyFolder, { recursive: true })
  const settings = {
    ...defaults,
    feed: { ...defaults.feed, ...day },
    data: { folder },
    policy: { folder: policyFolder },
  }
  const cockpit = await startCockpit(settings, places, 'web')
  let hear: (bytes: Uint8Array) => void = () => undefined
  const closePage = cockpit.attach({ push: bytes => hear(bytes), isBusy: () => false })
  const page = connect({
    call: bytes => cockpit.call(bytes),
    onPush: listener => {
      hear = listener
    },
    onConnection: listener => listener(true),
  })
  let lock: SqliteDatabase.Database | undefined
  return {
    cockpit,
    page,
    closePage,
    lockDatabase() {
      lock = new SqliteDatabase(join(folder, 'memory.db'))
      lock.exec('BEGIN EXCLUSIVE')
    },
    hangPolicy: () => writeFileSync(join(policyFolder, 'hang'), ''),
    brokerRecords() {
      const log = fileBrokerLog(join(folder, 'broker.jsonl'))
      log.close()
      return log.read()
    },
    async end() {
      lock?.close()
      rmSync(join(policyFolder, 'hang'), { force: true })
      await cockpit.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
