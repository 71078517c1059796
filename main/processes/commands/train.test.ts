import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultSettings } from '../../adapters/settings/settings.ts'
import { namesIn, temporaryFolder } from '../../fixtures/folder.ts'
import { PREPARED, placeChallenger } from '../../fixtures/preparedChallenger.ts'
import { openRegistry } from '../policySwitch.ts'
import { findPlaces } from '../resolveSettings.ts'
import { exportTraining } from './train.ts'

const PLACES = findPlaces()
const WISH = { seed: '1', budget: 'short', encoder: 'plain', at: '2026-11-22T07:00:00Z' }

test('an exported training says by name which champion was refused, and holds who serves in its place', async () => {
  const data = temporaryFolder()
  const settings = { ...defaultSettings(PLACES.assets, 0), data: { folder: data } }
  const registry = openRegistry(settings, PLACES)
  const { champion } = await registry.inCharge()
  await placeChallenger(data, PLACES.assets, champion.version)
  const promoted = await registry.promote(PREPARED, 1)
  expect(promoted).toMatchObject({ ok: true, value: { champion: { version: PREPARED } } })
  const exported = async (out: string) => {
    const said: string[] = []
    const written = await exportTraining({ ...WISH, out: join(data, out) }, settings, PLACES, line =>
      said.push(line),
    )
    return { written, said }
  }
  expect(await exported('whole')).toMatchObject({
    written: { value: { champion: PREPARED } },
    said: [expect.stringMatching(`^A training against ${PREPARED} begins from scratch, `)],
  })
  const weights = join(data, 'models', PREPARED, 'policy.onnx')
  writeFileSync(weights, 'something else')
  const { written, said } = await exported('damaged')
  expect(written).toMatchObject({ ok: true, value: { champion: champion.version } })
  expect(said).toEqual([
    expect.stringContaining(`${weights} was refused: `),
    `${champion.version} serves in place of ${PREPARED}.`,
  ])
  expect(namesIn(join(data, 'damaged'))).toEqual(['champion.onnx', 'job.json'])
  expect(await exported('damaged')).toMatchObject({
    written: { ok: false, failure: `${join(data, 'damaged')} is there already` },
  })
})
