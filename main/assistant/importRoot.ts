import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** The folder that the imports of a Python file are found in: above all the packages that it is in. */
export function importRoot(file: string): string {
  let folder = dirname(file)
  while (existsSync(join(folder, '__init__.py')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** The package that a file is in, dotted as seen from the folder of its imports; empty for none. */
export function packageOf(file: string): string {
  return relative(importRoot(file), dirname(file)).replaceAll(sep, '.')
}
