import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  noticeTitles,
  settled,
  showDesk,
  type TestPipe,
  windowEachTest,
  rowsOf,
} from '../../../main/fixtures/page.ts'
import { machineOf } from '../../../main/fixtures/screen.ts'
import { spread } from '../../charts/lineNames.ts'
import { MachinePage } from './MachinePage.tsx'
import { powersWithin } from './SpeedChart.tsx'
import { sizesShown } from './SpeedTable.tsx'
import { servingWords } from './machineWords.ts'

let pipe: TestPipe

windowEachTest({ width: 500, height: 190 }, opened => {
  pipe = opened
  pipe.answer('machine/get', machineOf())
})

async function show(): Promise<void> {
  render(<MachinePage />)
  await settled()
}

const button = () => screen.getByRole('button', { name: /^Measur/ })

test('it tells what serves decisions, every job and the policy, and from which size on', async () => {
  await show()
  expect(rowsOf('Who serves')).toEqual([
    'Decisions | AVX-512One family for the whole session.',
    'Batch | AVX-512, AVX-512, 2 threads from 17k options',
    'Policy | first-1 on CPU, onnxruntime',
  ])
})

test('every backend has its state and its reason; one that was refused is said to be', async () => {
  await show()
  expect(rowsOf('Backends').slice(1)).toEqual([
    'TypeScript | ○ available | – | 1 | double | – | slower everywhere',
    'AVX-512 | ● serves | AVX-512 | 1 | double | – | fastest up to 17,000',
    'AVX-512, 2 threads | ● serves | AVX-512 | 2 | double | – | fastest from 17,000 on',
    'GPU | ✕ refused | – | 1 | single | Lavapipe | its self-test said 3.1, expected 2.9',
  ])
  expect(screen.getByText('✕ refused').className).toContain('bad')
})

test('it names the machine and when and how fast it was measured', async () => {
  await show()
  expect(rowsOf('Machine')).toEqual([
    'Processor | Zen 5, 2 of 2 cores',
    'Kernels | sse2 avx2 avx512, 5ka0-mbz9t1',
    'GPU | Lavapipe',
    'Platform | linux x64',
    'Zerodte | 0.1.0',
    'Measured | Fri 20 Nov 11:00:00 ET, in 143 ms',
  ])
})

test('a machine that was not measured yet says so, and draws nothing', async () => {
  const jobs = machineOf().jobs.map(job => ({ ...job, serves: [], microseconds: [], crossovers: [] }))
  pipe.answer('machine/get', machineOf({ jobs, measuredAt: undefined, calibrationMilliseconds: undefined }))
  await show()
  expect(rowsOf('Machine').at(-1)).toContain('not yet')
  expect(rowsOf('Who serves')[1]).toBe('Batch | not measured yet')
  expect(screen.getByText('Not measured yet.').tagName).toBe('P')
  expect(document.querySelector('.speed-table')).toBeNull()
})

test('measured times stand in a table, who serves a size marked, and as lines with a dot where they serve', async () => {
  await show()
  const rows = rowsOf('Batch: Greeks of unlike options, for the command line')
  expect(rows).toEqual([
    'options | 1 | 1.0k | 1.00M',
    'TypeScript | 0.41 µs | 402 µs | 412 ms',
    'AVX-512 | ● 0.33 µs | ● 14.2 µs | 15.1 ms',
    'AVX-512, 2 threads | 9.10 µs | 17.6 µs | ● 8.03 ms',
  ])
  expect(document.querySelectorAll('path.speed')).toHaveLength(3)
  expect(document.querySelectorAll('.dot-mark')).toHaveLength(3)
  expect(document.querySelectorAll('.crossover')).toHaveLength(1)
})

test('measuring again is asked once, says that it measures, and cannot be asked twice', async () => {
  await show()
  const release = pipe.hold('machine/measure', { ok: true, value: machineOf() })
  fireEvent.click(button())
  await settled()
  fireEvent.click(button())
  expect(pipe.requests('machine/measure')).toHaveLength(1)
  expect(button().hasAttribute('disabled')).toBe(true)
  expect(button().textContent).toBe('Measuring')
  expect(screen.getByRole('progressbar', { name: 'Measuring the machine' }).tagName).toBe('PROGRESS')
  release()
  await settled()
  expect(button().textContent).toBe('Measure again')
  expect(screen.queryByRole('progressbar')).toBeNull()
})

test('while the program measures by itself the button waits too', async () => {
  pipe.answer('machine/get', machineOf({ isMeasuring: true }))
  await show()
  expect(button().hasAttribute('disabled')).toBe(true)
})

test('a measurement that fails is said, and can be tried again', async () => {
  pipe.refuse('machine/measure', 'the machine is busy')
  await show()
  fireEvent.click(button())
  await settled()
  expect(noticeTitles()).toEqual(['the machine is busy'])
  expect(button().hasAttribute('disabled')).toBe(false)
})

test('before the first report it is asking; without the engine it says so', async () => {
  const release = pipe.hold('machine/get', { ok: true, value: machineOf() })
  await show()
  expect(document.body.textContent).toBe('Asking.')
  release()
  cleanup()
  showDesk({ isConnected: false })
  await show()
  expect(document.body.textContent).toBe('The window lost the engine. Trying again.')
})

test('a backend that no report knows is called by its plain name', () => {
  const [job] = machineOf().jobs
  expect(job && servingWords(job, [])).toBe('native1, nativeN from 17k options')
})

test('names of lines do not meet, none stands below the plot, and those with room stand at their line', () => {
  const places = fc.array(fc.integer({ min: 0, max: 180 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(places, wanted => {
      const found = spread(wanted, 168)
      const sorted = found.toSorted((one, other) => one - other)
      expect(Math.max(...found)).toBeLessThanOrEqual(168)
      sorted.slice(1).forEach((place, index) => {
        expect(place - (sorted[index] ?? 0)).toBeGreaterThanOrEqual(14)
      })
      const [first = 0] = wanted
      expect(spread([first], 168)).toEqual([Math.min(168, first)])
    }),
  )
})

test('an axis has every power of ten within its bounds, a table at most seven sizes with both ends', () => {
  expect(powersWithin([0.3, 412])).toEqual([1, 10, 100])
  expect(powersWithin([1, 1e6])).toHaveLength(7)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), count => {
      const shown = sizesShown(Array.from({ length: count }, (_, place) => place))
      expect(shown.length).toBeLessThanOrEqual(7)
      expect([shown[0], shown.at(-1)]).toEqual([0, count - 1])
      expect(new Set(shown).size).toBe(shown.length)
    }),
  )
})
