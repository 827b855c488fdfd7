import { compile, type JSONSchema } from 'json-schema-to-typescript'

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}
interface Operation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: object
  }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: object }>>

const head = `/* What the API's OpenAPI document says, as types: written by test/apps/client/operations.test.ts (\`npx vitest run test/apps/client -u\`). */`

/** The OpenAPI document as TypeScript: what each operation takes and answers, by \`METHOD /path\`, and the named schemas. */
export async function writeOperations(document: Document): Promise<string> {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [
      `${method.toUpperCase()} ${path}`,
      object({ input: inputOf(operation), answer: answerOf(operation) }),
    ]),
  )
  const schema = {
    ...object(Object.fromEntries(operations) as Record<string, object>),
    // A title is what makes it a type with a name.
    components: {
      schemas: Object.fromEntries(
        Object.entries(document.components.schemas).map(([title, schema]) => [title, { ...schema, title }]),
      ),
    },
  } as unknown as JSONSchema
  return compile(schema, 'Operations', {
    additionalProperties: false,
    bannerComment: head,
    declareExternallyReferenced: true,
    format: true,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: false,
    style: { semi: false, singleQuote: true, printWidth: 120, trailingComma: 'all' },
  })
}

function object(properties: Readonly<Record<string, object>>, required: readonly string[] = Object.keys(properties)) {
  return { type: 'object', additionalProperties: false, properties, required }
}

function inputOf({ parameters = [], requestBody }: Operation): object {
  const part = (place: string) => {
    const own = parameters.filter((one) => one.in === place)
    const required = own.filter((one) => one.required).map(({ name }) => name)
    return own.length === 0
      ? null
      : { schema: object(Object.fromEntries(own.map(({ name, schema }) => [name, schema])), required), required }
  }
  const [path, query] = [part('path'), part('query')]
  const body = requestBody?.content['application/json']?.schema
  return object({ ...(path && { path: path.schema }), ...(query && { query: query.schema }), ...(body && { body }) }, [
    ...(path ? ['path'] : []),
    ...(query?.required.length ? ['query'] : []),
    ...(body ? ['body'] : []),
  ])
}

function answerOf({ responses }: Operation): object {
  const bodies = Object.entries(responses).flatMap(([status, { content }]) =>
    status.startsWith('2') ? [content?.['application/json']?.schema ?? { type: 'null' }] : [],
  )
  return bodies.length === 1 ? bodies[0]! : { anyOf: bodies }
}
