import type { Node } from 'web-tree-sitter'
import type { CodeParameter } from './code.ts'
import {
  fieldText,
  onOneLine,
  partsOf,
  textOf,
  type CallParts,
  type Definition,
  type Dialect,
} from './dialect.ts'
import { docstringOf } from './docstring.ts'

/** An argument that is given by name; nothing else begins so. */
const BY_NAME = /^([\w\u0080-\uffff]+)\s*=\s*(?!=)/

/** How Python writes functions, calls and imports. */
export const PYTHON: Dialect = {
  roles: {
    function_definition: 'definition',
    class_definition: 'definition',
    lambda: 'definition',
    decorated_definition: 'wrapper',
    call: 'call',
    import_statement: 'import',
    import_from_statement: 'import',
    comment: 'comment',
    string: 'string',
  },
  leaves: new Set(['identifier', 'dotted_name', 'integer', 'float']),
  definition,
  call,
  imports,
}

function definition(node: Node, text: string): Definition | undefined {
  if (node.type === 'class_definition') return { kind: 'scope', name: fieldText(node, 'name', text) }
  if (node.type === 'lambda') return namedLambda(node, text)
  const body = node.childForFieldName('body')
  const parameterList = node.childForFieldName('parameters') ?? undefined
  const headEnd = (node.childForFieldName('return_type') ?? parameterList ?? node).endIndex
  return {
    kind: 'function',
    node,
    name: fieldText(node, 'name', text),
    headEnd,
    parameterList,
    parameters: parameterList ? partsOf(parameterList, text).flatMap(part => parameterOf(part, text)) : [],
    docstring: body ? docstringIn(body, text) : '',
  }
}

/** `price = lambda spot: …`. There are few lambdas and many assignments, so it is looked for from the inside. */
function namedLambda(node: Node, text: string): Definition | undefined {
  const whole = node.parent
  const target = whole?.type === 'assignment' ? whole.childForFieldName('left') : undefined
  if (!whole || target?.type !== 'identifier') return undefined
  const parameterList = node.childForFieldName('parameters') ?? undefined
  return {
    kind: 'function',
    node: whole,
    name: textOf(target, text),
    headEnd: parameterList?.endIndex ?? node.startIndex + 'lambda'.length,
    parameterList,
    parameters: parameterList ? partsOf(parameterList, text).flatMap(part => parameterOf(part, text)) : [],
    docstring: '',
  }
}

function docstringIn(body: Node, text: string): string {
  const first = body.firstNamedChild
  const statement = first?.type === 'comment' ? partsOf(body, text)[0] : first
  if (statement?.type !== 'expression_statement') return ''
  const value = statement.firstNamedChild
  return value?.type === 'string' ? docstringOf(textOf(value, text)) : ''
}

/** The lone `*` and `/` are no parameters; `*rest` and `**options` keep their stars. */
function parameterOf(node: Node, text: string): CodeParameter[] {
  switch (node.type) {
    case 'identifier':
    case 'list_splat_pattern':
    case 'dictionary_splat_pattern':
    case 'tuple_pattern':
      return [{ name: textOf(node, text), annotation: '', fallback: undefined }]
    case 'typed_parameter': {
      const name = node.firstNamedChild
      return name
        ? [{ name: textOf(name, text), annotation: annotationOf(node, text), fallback: undefined }]
        : []
    }
    case 'default_parameter':
    case 'typed_default_parameter':
      return [
        {
          name: fieldText(node, 'name', text),
          annotation: annotationOf(node, text),
          fallback: onOneLine(fieldText(node, 'value', text)),
        },
      ]
    default:
      return []
  }
}

function annotationOf(node: Node, text: string): string {
  return onOneLine(fieldText(node, 'type', text))
}

function call(node: Node, text: string): CallParts | undefined {
  const argumentList = node.childForFieldName('arguments')
  if (!argumentList) return undefined
  // A generator alone stands in for the list, and its parentheses are its own
  const isList = argumentList.type === 'argument_list'
  const given = isList ? partsOf(argumentList, text) : [argumentList]
  return {
    calleeEnd: argumentList.startIndex,
    argumentList,
    arguments: given.map(argument => textOf(argument, text).replace(BY_NAME, '$1=')),
  }
}

function imports(node: Node, text: string): readonly string[] {
  if (node.type === 'import_from_statement') return [fieldText(node, 'module_name', text)]
  return node
    .childrenForFieldName('name')
    .map(name => (name.type === 'aliased_import' ? fieldText(name, 'name', text) : textOf(name, text)))
}
