import type { PythonModule } from './tree.ts'

/**
 * What modules, and names imported from them, go by at the top of a module: `numpy` as `np` after `import numpy as np`, and
 * `math.sqrt` as `sqrt` after `from math import sqrt`. What is not imported is not in it.
 */
export function modulesOf(module: PythonModule): Readonly<Record<string, string>> {
  const modules: Record<string, string> = {}
  for (const statement of module.body) {
    if (statement.kind === 'import')
      for (const { name, alias } of statement.names) modules[name] = alias || name
    if (statement.kind === 'importFrom' && !statement.module.startsWith('.'))
      for (const { name, alias } of statement.names)
        if (name !== '*') modules[`${statement.module}.${name}`] = alias || name
  }
  return modules
}
