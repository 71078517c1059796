import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newWindow, noticeTitles, openWindow } from '../../main/fixtures/page.ts'
import { askForNotifications, canAskForNotifications, notifyAlert } from './notifications.ts'
import { dismissToast, showToast, useToasts } from './toasts.ts'

/** The browser's own notifications, as a test can see them. */
class TestNotification extends EventTarget {
  static permission = 'granted'
  static answer = 'granted'
  static shown: TestNotification[] = []
  static requestPermission = async () => TestNotification.answer
  readonly title: string
  readonly options: unknown

  constructor(title: string, options: unknown) {
    super()
    this.title = title
    this.options = options
    TestNotification.shown.push(this)
  }
}

const ALERT = { title: 'Short strike near', body: '686 is 0.6 moves away.' }

beforeEach(() => {
  openWindow({ shell: 'web' })
  TestNotification.permission = 'granted'
  TestNotification.shown = []
  vi.stubGlobal('Notification', TestNotification)
})

afterEach(() => {
  vi.unstubAllGlobals()
  newWindow()
})

test('four notices at most are shown, the oldest makes room', () => {
  for (const title of ['one', 'two', 'three', 'four', 'five']) showToast({ kind: 'done', title, body: '' })
  expect(noticeTitles()).toEqual(['two', 'three', 'four', 'five'])
})

test('each notice is its own, and taking one away leaves the others', () => {
  for (const title of ['same', 'same', 'other']) showToast({ kind: 'refused', title, body: '' })
  const [first, second] = useToasts.getState().toasts
  expect(first?.id).not.toBe(second?.id)
  dismissToast(second?.id ?? 0)
  dismissToast(-1)
  expect(useToasts.getState().toasts.map(({ id }) => id)).toContain(first?.id)
  expect(noticeTitles()).toEqual(['same', 'other'])
})

test('an alert is told in the window and on the desktop of a browser that allows it', () => {
  notifyAlert(ALERT)
  expect(useToasts.getState().toasts).toMatchObject([{ kind: 'alert', ...ALERT }])
  // The tag makes the desktop replace the same alert instead of piling it up
  expect(TestNotification.shown).toMatchObject([
    { title: ALERT.title, options: { body: ALERT.body, tag: ALERT.title } },
  ])
})

test.each([
  ['in Electron, whose shell shows its own', () => openWindow({ shell: 'electron' })],
  ['where the browser was told not to', () => (TestNotification.permission = 'denied')],
  ['where the browser was not asked', () => (TestNotification.permission = 'default')],
])('an alert stays inside the window %s', (_, prepare) => {
  prepare()
  notifyAlert(ALERT)
  expect(noticeTitles()).toEqual([ALERT.title])
  expect(TestNotification.shown).toEqual([])
})

test('a click on what the desktop shows brings the window to the front', () => {
  const focus = vi.spyOn(window, 'focus').mockImplementation(() => undefined)
  notifyAlert(ALERT)
  TestNotification.shown[0]?.dispatchEvent(new Event('click'))
  expect(focus).toHaveBeenCalledOnce()
})

test('a browser can be asked once, and only in a browser', () => {
  expect(canAskForNotifications()).toBe(false)
  TestNotification.permission = 'default'
  expect(canAskForNotifications()).toBe(true)
  openWindow({ shell: 'electron' })
  expect(canAskForNotifications()).toBe(false)
})

test.each([
  ['granted', 'Alerts reach the desktop', ''],
  ['denied', 'Alerts stay inside the window', 'The browser was told not to show them.'],
])('after the answer %s it says where alerts go', async (answer, title, body) => {
  TestNotification.answer = answer
  await askForNotifications()
  expect(useToasts.getState().toasts).toMatchObject([{ kind: 'done', title, body }])
})
