import type { Expression, PythonModule } from './tree.ts'

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

/** The dotted name that an expression is; undefined where it is another expression. */
export function dotted(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.id
  if (expression.kind !== 'attribute') return undefined
  const value = dotted(expression.value)
  return value === undefined ? undefined : `${value}.${expression.attribute}`
}

const fullNames = new WeakMap<object, ReadonlyMap<string, string>>()

/** What a dotted name is called in its own module, `sqrt` for `math.sqrt` and for `sqrt` imported from there; empty elsewhere. */
export function original(name: string, modules: Readonly<Record<string, string>>, module: string): string {
  const alias = modules[module]
  if (alias !== undefined && name.startsWith(`${alias}.`)) return name.slice(alias.length + 1)
  const full = fullNameOf(name, modules)
  return full?.startsWith(`${module}.`) ? full.slice(module.length + 1) : ''
}

/** What a name is imported as in full; undefined where it is not imported. */
export function fullNameOf(name: string, modules: Readonly<Record<string, string>>): string | undefined {
  const known =
    fullNames.get(modules) ?? new Map(Object.entries(modules).map(([full, alias]) => [alias, full]))
  fullNames.set(modules, known)
  return known.get(name)
}

/** Whether a dotted name begins with an imported one, or is one. */
export function isImported(name: string, modules: Readonly<Record<string, string>>): boolean {
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1))
    if (fullNameOf(name.slice(0, end), modules) !== undefined) return true
  return false
}
