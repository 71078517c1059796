import { createSessionFile } from '../../adapters/history/sessionFile.ts'
import type { Settings } from '../../adapters/settings/settings.ts'
import { success, type Result } from '../../core/base/result.ts'
import { Player } from '../player.ts'
import { SessionRecorder } from '../sessionRecorder.ts'
import { chooseSource } from '../sources.ts'

/** What a recording came to. */
export interface RecordReport {
  readonly file: string
  readonly rows: number
}

/** Records the session that the settings name into a session file, without deciding anything. `stop` ends it early. */
export async function recordSession(
  settings: Settings,
  file: string,
  stop: Promise<void>,
): Promise<Result<RecordReport, string>> {
  const chosen = await chooseSource(settings, undefined)
  if (!chosen.ok) return chosen
  const recorder = new SessionRecorder(await createSessionFile(file))
  const audience = {
    hear: (event: Parameters<SessionRecorder['hear']>[0]) => recorder.hear(event),
    beat: () => undefined,
    settled: () => Promise.resolve(),
  }
  const player = new Player(chosen.value.source, audience, settings.feed.speed, () => performance.now())
  void stop.then(() => player.close())
  await player.play()
  return success({ file, rows: await recorder.finish() })
}
