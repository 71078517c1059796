import { join, normalize, sep } from 'node:path'

/** The file that a path of the page means, or undefined where it would lie outside of the page's folder. */
export function pageFile(folder: string, path: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return undefined
  }
  if (decoded.includes('\0')) return undefined
  const file = normalize(join(folder, decoded === '/' ? 'index.html' : decoded))
  return file.startsWith(folder + sep) ? file : undefined
}
