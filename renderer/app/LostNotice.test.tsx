import { render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { newWindow, showDesk } from '../../main/fixtures/page.ts'
import { pulseOf } from '../../main/fixtures/screen.ts'
import { deskStore } from '../state/deskStore.ts'
import { framesStore } from '../state/frames.ts'
import { Age } from '../ui/Age.tsx'
import { Boundary } from './Boundary.tsx'
import { LostNotice } from './LostNotice.tsx'

afterEach(() => {
  vi.restoreAllMocks()
  newWindow()
})

test('a window that lost the engine says so, since when, and what to do; ages are lost with it', () => {
  showDesk({})
  deskStore.setState({ isReady: true, isConnected: false, shell: 'web' })
  framesStore.setState({ pulse: pulseOf() })
  render(
    <>
      <LostNotice />
      <Age milliseconds={10} />
    </>,
  )
  const notice = screen.getByRole('alert')
  expect(notice.textContent).toMatch(/does not answer.*Every number is from \d\d:\d\d:\d\d/)
  expect(notice.textContent).toContain('start it again and open its new address')
  expect(screen.getByText('lost').className).toContain('late')
})

test.each([
  [true, true],
  [false, false],
])(
  'with the engine there, or before it ever was, nothing is said (ready %s, connected %s)',
  (isReady, isConnected) => {
    deskStore.setState({ isReady, isConnected })
    render(<LostNotice />)
    expect(screen.queryByRole('alert')).toBeNull()
  },
)

test('a part that cannot be drawn says so in its place, and the rest stands', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  let isBroken = true
  function Part() {
    if (isBroken) throw new Error('no such price')
    return <p>drawn</p>
  }
  render(
    <>
      <Boundary name="The smile">
        <Part />
      </Boundary>
      <p>the rest</p>
    </>,
  )
  expect(screen.getByRole('alert').textContent).toContain('The smile cannot be drawn: no such price.')
  expect(screen.getByText('the rest')).not.toBeNull()
  isBroken = false
  screen.getByRole('button', { name: 'Try again' }).click()
  expect(await screen.findByText('drawn')).not.toBeNull()
})
