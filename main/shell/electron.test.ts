import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { CockpitHandle } from '../contract/wire.ts'
import { namesIn, temporaryFolder } from '../fixtures/folder.ts'
import { NotingCockpit, loaded, noteWriting, openShell, startShell } from '../fixtures/electronShell.ts'

const KILL_SWITCH = 'Control+Alt+Command+K'
const later = (time = 20) => new Promise(resolve => setTimeout(resolve, time))

test('opens one window, shown when it is painted, and carries calls and pushes through it', async () => {
  const { shell, cockpit } = await openShell()
  expect(shell.desktop.windows).toHaveLength(1)
  expect(shell.window.options.show).toBe(false)
  expect(shell.page.frame.url).toBe('app://cockpit/')
  expect(await shell.pipe.call(Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(3, 2, 1))
  const heard: Uint8Array[] = []
  shell.pipe.onPush(bytes => heard.push(bytes))
  cockpit.target.push(Uint8Array.of(7))
  await vi.waitUntil(() => heard.length === 1)
  expect(heard).toEqual([Uint8Array.of(7)])
  expect(shell.said).toEqual([])
})

test('a window is there before the cockpit is, and a call waits for it', async () => {
  const { promise, resolve } = Promise.withResolvers<CockpitHandle>()
  const shell = await startShell({ cockpit: promise })
  await loaded(shell)
  const answer = shell.pipe.call(Uint8Array.of(4, 5))
  await later()
  resolve(new NotingCockpit())
  expect(await answer).toEqual(Uint8Array.of(5, 4))
})

test('a call that breaks in the cockpit fails in the page, and the next one is answered', async () => {
  const { shell } = await openShell()
  await expect(shell.pipe.call(Uint8Array.of(255))).rejects.toThrow('broken')
  expect(await shell.pipe.call(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1))
})

test('a page that hangs misses frames and no audits, and is a good listener again when it goes on', async () => {
  const { shell, cockpit } = await openShell()
  const { target } = cockpit
  const heard: number[] = []
  shell.pipe.onPush(([byte = 0]) => heard.push(byte))
  for (let byte = 0; byte < 50; byte += 1) {
    target.push(Uint8Array.of(byte))
    await later(1)
  }
  await vi.waitUntil(() => heard.length === 50)
  // What the page says of the last push is on its way for a turn more
  await later()
  expect(target.isBusy()).toBe(false)
  shell.page.isHanging = true
  const busy = [0, 1, 2, 3, 4, 5].map(byte => {
    const before = target.isBusy()
    target.push(Uint8Array.of(100 + byte))
    return before
  })
  expect(busy).toEqual([false, false, false, false, true, true])
  await later()
  expect(target.isBusy()).toBe(true)
  shell.page.goOn()
  await vi.waitUntil(() => !target.isBusy())
  expect(heard.slice(50)).toEqual([100, 101, 102, 103, 104, 105])
})

test('a page that begins to listen late, or never, is not taken for one that hangs', async () => {
  const { shell, cockpit } = await openShell()
  for (let byte = 0; byte < 9; byte += 1) cockpit.target.push(Uint8Array.of(byte))
  expect(cockpit.target.isBusy()).toBe(true)
  await vi.waitUntil(() => !cockpit.target.isBusy())
  const heard: number[] = []
  shell.pipe.onPush(([byte = 0]) => heard.push(byte))
  cockpit.target.push(Uint8Array.of(9))
  await vi.waitUntil(() => heard.length === 1)
  expect(heard).toEqual([9])
})

test('a second instance brings the one window to the front and opens nothing', async () => {
  const { shell } = await openShell()
  shell.window.minimize()
  shell.window.calls.length = 0
  shell.desktop.app.emit('second-instance', {}, [], '/', {})
  expect(shell.window.calls).toEqual(['restore', 'show', 'focus'])
  expect(shell.desktop.windows).toHaveLength(1)
})

test('a second instance itself opens no window, starts nothing, and ends', async () => {
  const cockpit = new NotingCockpit()
  const shell = await startShell({
    cockpit: Promise.resolve(cockpit),
    prepare: ({ app }) => void (app.isFirst = false),
  })
  await vi.waitUntil(() => shell.desktop.app.exitCode === 0)
  expect(shell.desktop.windows).toEqual([])
  expect([...cockpit.targets, ...cockpit.done]).toEqual([])
})

test('a data folder that is named has a window store, and with it a lock, of its own', async () => {
  const { shell } = await openShell()
  expect(shell.desktop.app.paths.get('userData')).toBe(join(shell.folder, 'window'))
})

test.each([
  [false, ['electron', '.']],
  [true, ['Zerodte']],
])('packaged or not (%s), it reads what stands behind %j', async isPackaged => {
  const folder = temporaryFolder()
  const { shell } = await openShell({ isPackaged, given: ['-psn_0_12345', '--data-dir', folder] })
  expect(shell.desktop.app.paths.get('userData')).toBe(join(folder, 'window'))
  expect(shell.said).toEqual([])
})

test.each([
  [['--speed', '-1'], /^feed\.speed must be a number above 0, is -1\. Not started\.$/],
  [['--sped', '5'], /^unknown option '--sped'$/],
  [['--data-dir', '/dev/null'], /\/dev\/null/],
])('told %j, it says why in one line, ends with 2 and leaves no window', async (given, line) => {
  const shell = await startShell({ cockpit: Promise.resolve(new NotingCockpit()), given })
  await vi.waitUntil(() => shell.desktop.app.exitCode !== undefined)
  expect(shell.desktop.app.exitCode).toBe(2)
  expect(shell.said).toEqual([expect.stringMatching(line)])
  expect(shell.desktop.windows).toEqual([])
})

test('a cockpit that cannot start ends it with 2 and one line, though its window was there', async () => {
  const { promise, reject } = Promise.withResolvers<CockpitHandle>()
  const shell = await startShell({ cockpit: promise })
  await loaded(shell)
  const call = shell.pipe.call(Uint8Array.of(1))
  call.catch(() => undefined)
  reject(new Error('the replay has no quotes'))
  await vi.waitUntil(() => shell.desktop.app.exitCode !== undefined)
  expect(shell.desktop.app.exitCode).toBe(2)
  expect(shell.said).toEqual(['the replay has no quotes'])
  expect(shell.desktop.windows).toEqual([])
  expect(namesIn(shell.folder)).not.toContain('control.sock')
})

test('asked for help, it gives it and ends without a window', async () => {
  const written = noteWriting('stdout')
  const shell = await startShell({ given: ['--help'] })
  expect(shell.desktop.app.exitCode).toBe(0)
  expect(written.join('\n')).toContain('--data-dir <folder>')
  expect(shell.desktop.windows).toEqual([])
})

test('closing the window ends the session first and the process after it', async () => {
  const { shell, cockpit } = await openShell()
  const { promise, resolve } = Promise.withResolvers<void>()
  cockpit.closing = promise
  shell.window.close()
  await vi.waitUntil(() => cockpit.done.includes('closing'))
  expect(cockpit.targets.size).toBe(0)
  await later()
  expect(shell.desktop.app.exitCode).toBeUndefined()
  resolve()
  await vi.waitUntil(() => shell.desktop.app.exitCode === 0)
  expect(cockpit.done).toEqual(['closing', 'closed'])
  expect(shell.desktop.keys.size).toBe(0)
})

test('quitting by menu or signal, even twice, ends the session once and in full', async () => {
  const { shell, cockpit } = await openShell()
  const { promise, resolve } = Promise.withResolvers<void>()
  cockpit.closing = promise
  shell.desktop.app.quit()
  await later()
  shell.desktop.app.quit()
  await later()
  expect(shell.desktop.app.exitCode).toBeUndefined()
  resolve()
  await vi.waitUntil(() => shell.desktop.app.exitCode === 0)
  expect(cockpit.done).toEqual(['closing', 'closed'])
})

test('a session that cannot be ended does not keep the process', async () => {
  const { shell, cockpit } = await openShell()
  cockpit.closing = new Promise(() => undefined)
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  shell.desktop.app.quit()
  await vi.waitUntil(() => cockpit.done.includes('closing'))
  await vi.advanceTimersByTimeAsync(5000)
  vi.useRealTimers()
  await vi.waitUntil(() => shell.desktop.app.exitCode === 0)
  expect(cockpit.done).toEqual(['closing'])
})

test('closed while the cockpit still starts, it ends that one too', async () => {
  const { promise, resolve } = Promise.withResolvers<CockpitHandle>()
  const shell = await startShell({ cockpit: promise })
  await loaded(shell)
  shell.window.close()
  await later()
  const cockpit = new NotingCockpit()
  resolve(cockpit)
  await vi.waitUntil(() => shell.desktop.app.exitCode === 0)
  expect(cockpit.done).toEqual(['closing', 'closed'])
})

test('the kill switch works by key and by menu, and the menu says what it does', async () => {
  const { shell, cockpit } = await openShell()
  const items = shell.desktop.menu.find(({ label }) => label === 'Trading')?.submenu
  expect(items).toMatchObject([
    { label: 'Flatten All: Cancel Orders, Close Positions', accelerator: KILL_SWITCH },
  ])
  expect(shell.desktop.press(KILL_SWITCH)).toBe(true)
  shell.desktop.choose('Flatten All')
  await later()
  expect(cockpit.done).toEqual(['flatten', 'flatten'])
})

test.each(['hangs', 'died'])('the kill switch works while the page %s', async state => {
  const { shell, cockpit } = await openShell()
  if (state === 'hangs') shell.page.isHanging = true
  else shell.window.webContents.die('oom')
  shell.desktop.press(KILL_SWITCH)
  shell.desktop.choose('Flatten All')
  await later()
  expect(cockpit.done).toEqual(['flatten', 'flatten'])
})

test('a kill switch pressed before the window or the cockpit is there acts as soon as it can', async () => {
  const { promise, resolve } = Promise.withResolvers<CockpitHandle>()
  let isHeard = false
  const shell = await startShell({
    cockpit: promise,
    prepare: desktop =>
      desktop.app.once('web-contents-created', () => {
        isHeard = desktop.windows.every(({ isShown }) => !isShown) && desktop.press(KILL_SWITCH)
      }),
  })
  await loaded(shell)
  expect(isHeard).toBe(true)
  const cockpit = new NotingCockpit()
  resolve(cockpit)
  await vi.waitUntil(() => cockpit.done.includes('flatten'))
})

test('a kill switch that fails, and a key that another program holds, are told', async () => {
  const cockpit = new NotingCockpit()
  cockpit.flatten = () => Promise.reject(new Error('the broker is gone'))
  const shell = await startShell({
    cockpit: Promise.resolve(cockpit),
    prepare: ({ takenKeys }) => void takenKeys.add(KILL_SWITCH),
  })
  await loaded(shell)
  expect(shell.desktop.notices).toMatchObject([
    { title: 'The kill switch key is taken', body: expect.stringContaining('works from the menu') },
  ])
  shell.desktop.choose('Flatten All')
  await vi.waitUntil(() => shell.desktop.notices.length === 2)
  expect(shell.desktop.notices[1]).toEqual({ title: 'Flatten All failed', body: 'the broker is gone' })
})

test.each([
  ['yes', 1, []],
  ['refused', 0, ['Stop reached: 3 lots closed (not notified: Notifications are not allowed)']],
  ['never', 0, ['Stop reached: 3 lots closed']],
] as const)(
  'alerts are notified where the system may (%s), and said otherwise',
  async (notifying, count, said) => {
    const { shell, cockpit } = await openShell({ prepare: desktop => void (desktop.notifying = notifying) })
    cockpit.alert('Stop reached', '3 lots closed')
    await later()
    expect(shell.desktop.notices).toHaveLength(count)
    expect(shell.said).toEqual(said)
  },
)
