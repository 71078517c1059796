import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { modelAccuracy } from './modelAccuracy.ts'
import { isGood } from './report.ts'
import { FOLDER } from './tableAccuracy.ts'

test.skipIf(!existsSync(FOLDER))(
  'Heston, SABR and Merton keep the tolerance of every published figure (needs ../shared/data)',
  async () => {
    const sections = await modelAccuracy()
    expect(sections).toHaveLength(3)
    expect(sections.filter(section => !('figures' in section && section.figures.every(isGood)))).toEqual([])
  },
)
