import type { Language, Node } from 'web-tree-sitter'
import type { Dialect, NodeRole } from './dialect.ts'

/** How a string begins in which code may stand. */
const INTERPOLATED = /^[a-z]?[ft]/i

/** What every number of a grammar is to the walk: a role, nothing inside it, or no more than a way to what is inside. */
export type Roles = readonly (NodeRole | 'leaf' | undefined)[]

const rolesByLanguage = new WeakMap<Language, Roles>()

/** Roles by the numbers of a grammar; asking a node for its number is far cheaper than for its name. */
export function rolesOf(language: Language, dialect: Dialect): Roles {
  const known = rolesByLanguage.get(language)
  if (known) return known
  const roles = Array.from({ length: language.nodeTypeCount }, (_, id) => {
    const name = language.nodeTypeForId(id) ?? ''
    if (!language.nodeTypeIsNamed(id) || dialect.leaves.has(name)) return 'leaf'
    return Object.hasOwn(dialect.roles, name) ? dialect.roles[name] : undefined
  })
  rolesByLanguage.set(language, roles)
  return roles
}

/** Is told a node, how deep it lies, and the least depth at which something ended since the node before. */
export type Visit = (role: NodeRole, node: Node, depth: number, ended: number) => void

/** Visits the nodes that have a role, from first to last, outer before inner. No recursion: nesting may be as deep as a file is long. */
export function walkRoles(root: Node, text: string, roles: Roles, visit: Visit): void {
  const cursor = root.walk()
  try {
    let depth = 0
    let ended = 0
    for (;;) {
      const role = roles[cursor.nodeTypeId]
      const isLeaf = role === 'leaf' || (role === 'string' && !isInterpolated(text, cursor.startIndex))
      if (role && role !== 'leaf' && role !== 'string') {
        visit(role, cursor.currentNode, depth, ended)
        ended = Infinity
      }
      if (!isLeaf && cursor.gotoFirstChild()) {
        depth += 1
        continue
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return
        depth -= 1
      }
      ended = Math.min(ended, depth)
    }
  } finally {
    cursor.delete()
  }
}

function isInterpolated(text: string, start: number): boolean {
  return INTERPOLATED.test(text.slice(start, start + 2))
}
