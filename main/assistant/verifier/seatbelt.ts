/** What a process may still do: read these, write there. */
export interface SeatbeltRoom {
  readonly readable: readonly string[]
  readonly writable: string
}

/** What every program on macOS reads to live. */
const SYSTEM = ['/usr/lib', '/usr/share', '/System', '/Library/Frameworks', '/private/var/db/timezone']

/**
 * A profile for `sandbox_init` (the language of `sandbox-exec`): everything is refused but reading what is named and writing to the
 * scratch folder. No network, no new process, no program, no signal to others.
 */
export function seatbeltProfile({ readable, writable }: SeatbeltRoom): string {
  const folders = [...SYSTEM, ...readable].map(it => `(subpath ${quoted(it)})`)
  return [
    '(version 1)',
    '(deny default)',
    '(deny network*)',
    '(deny process-fork)',
    '(deny process-exec*)',
    '(deny signal)',
    '(allow sysctl-read)',
    `(allow file-read* ${folders.join(' ')} (literal "/") (literal "/dev/null") (literal "/dev/urandom"))`,
    '(allow file-read-metadata)',
    `(allow file-read* file-write* (subpath ${quoted(writable)}))`,
    '(allow file-write-data (literal "/dev/null"))',
    '',
  ].join('\n')
}

/** A path as a string of the profile's language. */
function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
