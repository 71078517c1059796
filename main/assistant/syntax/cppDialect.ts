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

/** How C++ (and C, and most of CUDA) writes functions, calls and includes. */
export const CPP: Dialect = {
  roles: {
    function_definition: 'definition',
    init_declarator: 'definition',
    class_specifier: 'definition',
    struct_specifier: 'definition',
    union_specifier: 'definition',
    namespace_definition: 'definition',
    template_declaration: 'wrapper',
    declaration: 'wrapper',
    call_expression: 'call',
    new_expression: 'call',
    preproc_include: 'import',
    comment: 'comment',
  },
  leaves: new Set([
    'identifier',
    'field_identifier',
    'type_identifier',
    'primitive_type',
    'number_literal',
    'string_literal',
    'char_literal',
  ]),
  definition,
  call,
  imports: (node, text) => [unquoted(fieldText(node, 'path', text))],
}

const NAMES = new Set([
  'identifier',
  'field_identifier',
  'qualified_identifier',
  'destructor_name',
  'operator_name',
  'template_function',
])

function definition(node: Node, text: string): Definition | undefined {
  if (node.type === 'init_declarator') return namedLambda(node, text)
  const body = node.childForFieldName('body')
  if (!body) return undefined
  if (node.type !== 'function_definition') {
    const name = dotted(fieldText(node, 'name', text))
    return name === '' ? undefined : { kind: 'scope', name }
  }
  const declarator = node.childForFieldName('declarator')
  const found = declarator ? functionDeclarator(declarator) : undefined
  if (!found) return undefined
  const initializers = node.namedChildren.find(child => child.type === 'field_initializer_list')
  return {
    kind: 'function',
    node,
    name: dotted(nameText(found, text)),
    headEnd: initializers?.startIndex ?? body.startIndex,
    ...parametersOf(found, text),
    docstring: '',
  }
}

/** `auto price = [](double spot) { … };` */
function namedLambda(node: Node, text: string): Definition | undefined {
  const value = node.childForFieldName('value')
  if (value?.type !== 'lambda_expression') return undefined
  const declarator = value.childForFieldName('declarator') ?? undefined
  return {
    kind: 'function',
    node,
    name: dotted(fieldText(node, 'declarator', text)),
    headEnd: value.childForFieldName('body')?.startIndex ?? value.endIndex,
    ...parametersOf(declarator, text),
    docstring: '',
  }
}

/** The declarator with the name and the parameters, below pointers, references and parentheses. */
function functionDeclarator(node: Node): Node | undefined {
  let found: Node | undefined
  for (let at: Node | null = node; at; at = at.childForFieldName('declarator') ?? at.firstNamedChild) {
    if (at.type === 'function_declarator' || at.type === 'operator_cast') found = at
    if (NAMES.has(at.type) || at.type === 'operator_cast') break
  }
  return found
}

function nameText(declarator: Node, text: string): string {
  if (declarator.type === 'operator_cast') return `operator ${fieldText(declarator, 'type', text)}`
  const name = declarator.childForFieldName('declarator')
  return name ? textOf(name, text) : ''
}

/** `pricing::Book<T>::greeks` as `pricing.Book.greeks`. */
function dotted(name: string): string {
  const plain = name.includes('operator') ? name : name.replaceAll(/<[^<>]*>/g, '')
  return onOneLine(plain.replaceAll(/\s*::\s*/g, '.').replace(/^\./, ''))
}

function parametersOf(declarator: Node | undefined, text: string) {
  const holder =
    declarator?.type === 'operator_cast' ? declarator.childForFieldName('declarator') : declarator
  const parameterList = holder?.childForFieldName('parameters') ?? undefined
  const parameters = parameterList
    ? partsOf(parameterList, text).flatMap(part => parameterOf(part, text))
    : []
  return { parameterList, parameters }
}

/** C++ writes the name inside the type, so the type is what is left without it. `(void)` is no parameter. */
function parameterOf(node: Node, text: string): CodeParameter[] {
  const whole = textOf(node, text)
  if (whole === 'void') return []
  const value = node.childForFieldName('default_value')
  const written = value ? text.slice(node.startIndex, value.startIndex).replace(/=\s*$/, '') : whole
  const name = parameterName(node)
  if (!name) return [{ name: '', annotation: onOneLine(written), fallback: undefined }]
  const start = name.startIndex - node.startIndex
  const annotation =
    written.slice(0, start).trimEnd() + written.slice(start + name.endIndex - name.startIndex)
  return [
    {
      name: textOf(name, text),
      annotation: onOneLine(annotation),
      fallback: value ? onOneLine(textOf(value, text)) : undefined,
    },
  ]
}

function parameterName(node: Node): Node | undefined {
  for (
    let at = node.childForFieldName('declarator');
    at;
    at = at.childForFieldName('declarator') ?? at.lastNamedChild
  )
    if (at.type === 'identifier') return at
  return undefined
}

function call(node: Node, text: string): CallParts | undefined {
  const argumentList = node.childForFieldName('arguments')
  if (!argumentList) return undefined
  return {
    calleeEnd: argumentList.startIndex,
    argumentList,
    arguments: partsOf(argumentList, text).map(part => textOf(part, text)),
  }
}
