import type { Node } from 'web-tree-sitter'
import type { CodeParameter } from './code.ts'
import {
  fieldText,
  onOneLine,
  partsOf,
  textOf,
  unquoted,
  type CallParts,
  type Definition,
  type Dialect,
} from './dialect.ts'

/** How TypeScript, with markup or without, writes functions, calls and imports. */
export const TYPESCRIPT: Dialect = {
  roles: {
    function_declaration: 'definition',
    generator_function_declaration: 'definition',
    method_definition: 'definition',
    variable_declarator: 'definition',
    public_field_definition: 'definition',
    assignment_expression: 'definition',
    pair: 'definition',
    class_declaration: 'definition',
    abstract_class_declaration: 'definition',
    internal_module: 'definition',
    module: 'definition',
    export_statement: 'wrapper',
    lexical_declaration: 'wrapper',
    variable_declaration: 'wrapper',
    call_expression: 'call',
    new_expression: 'call',
    import_statement: 'import',
    comment: 'comment',
  },
  leaves: new Set([
    'identifier',
    'property_identifier',
    'type_identifier',
    'predefined_type',
    'number',
    'string',
  ]),
  definition,
  call,
  imports,
}

/** Where what is named may hold a function: the field with its name, and the field with its value. */
const HOLDERS: Readonly<Record<string, readonly [name: string, value: string]>> = {
  variable_declarator: ['name', 'value'],
  public_field_definition: ['name', 'value'],
  pair: ['key', 'value'],
  assignment_expression: ['left', 'right'],
}
const FUNCTIONS = new Set(['arrow_function', 'function_expression', 'generator_function'])
const SCOPES = new Set(['object', 'class'])

function definition(node: Node, text: string): Definition | undefined {
  const holder = HOLDERS[node.type]
  if (!holder) {
    const name = nameOf(fieldText(node, 'name', text))
    return node.childForFieldName('parameters') ? functionOf(node, node, name, text) : { kind: 'scope', name }
  }
  const value = node.childForFieldName(holder[1])
  if (!value) return undefined
  if (FUNCTIONS.has(value.type))
    return functionOf(node, value, nameOf(fieldText(node, holder[0], text)), text)
  if (SCOPES.has(value.type)) return { kind: 'scope', name: nameOf(fieldText(node, holder[0], text)) }
  return undefined
}

/** A name without quotes, and of `exports.price` the last part. */
function nameOf(text: string): string {
  const name = unquoted(text)
  return /^[\w$.]+$/.test(name) ? name.slice(name.lastIndexOf('.') + 1) : onOneLine(name)
}

function functionOf(whole: Node, node: Node, name: string, text: string): Definition {
  const body = node.childForFieldName('body')
  const parameterList = node.childForFieldName('parameters') ?? undefined
  const alone = node.childForFieldName('parameter')
  return {
    kind: 'function',
    node: whole,
    name,
    headEnd: body?.startIndex ?? node.endIndex,
    parameterList,
    parameters: alone
      ? [{ name: textOf(alone, text), annotation: '', fallback: undefined }]
      : parameterList
        ? partsOf(parameterList, text).map(part => parameterOf(part, text))
        : [],
    docstring: '',
  }
}

function parameterOf(node: Node, text: string): CodeParameter {
  const value = node.childForFieldName('value')
  return {
    name: onOneLine(fieldText(node, 'pattern', text)),
    annotation: onOneLine(fieldText(node, 'type', text).replace(/^:/, '')),
    fallback: value ? onOneLine(textOf(value, text)) : undefined,
  }
}

function call(node: Node, text: string): CallParts | undefined {
  const argumentList = node.childForFieldName('arguments')
  if (argumentList?.type !== 'arguments') return undefined
  const hasTypes = text[argumentList.startIndex - 1] === '>'
  const callee = hasTypes
    ? (node.childForFieldName('function') ?? node.childForFieldName('constructor'))
    : undefined
  return {
    calleeEnd: callee?.endIndex ?? argumentList.startIndex,
    argumentList,
    arguments: partsOf(argumentList, text).map(part => textOf(part, text)),
  }
}

/** `import … from`, `export … from`, `import x = require()`, and the calls `import()` and `require()`. */
function imports(node: Node, text: string): readonly string[] {
  if (node.type === 'call_expression') {
    const callee = fieldText(node, 'function', text)
    const first = node.childForFieldName('arguments')?.firstNamedChild
    return (callee === 'import' || callee === 'require') && first?.type === 'string'
      ? [unquoted(textOf(first, text))]
      : []
  }
  const source =
    node.childForFieldName('source') ??
    node.namedChildren.find(child => child.type === 'import_require_clause')?.childForFieldName('source')
  return source ? [unquoted(textOf(source, text))] : []
}
