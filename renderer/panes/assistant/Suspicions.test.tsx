import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { suspicionOf } from '../../../main/fixtures/assistantScreen.ts'
import { windowEachTest } from '../../../main/fixtures/page.ts'
import { Suspicions } from './Suspicions.tsx'

windowEachTest({ width: 400, height: 250 }, () => undefined)

test('what looks odd is folded away, each with its place, its reason and why no input shows it', () => {
  render(<Suspicions suspicions={[suspicionOf()]} />)
  const folded = screen.getByRole('group', { name: 'Looks odd' })
  expect(folded.hasAttribute('open')).toBe(false)
  expect(folded.textContent).toContain('Looks odd 1, which no input shows')
  expect(folded.textContent).toMatch(/Counts a year as 252 days .*gex\.py:9, gex_by_strike/)
  expect(folded.textContent).toContain(
    'Minutes are lost close to the bell. Not shown: none of the calls that were tried suits it.',
  )
})
