/** One thing that a scanner may be told: what the form shows for it. */
export interface OptionField {
  readonly name: string
  readonly kind: 'number' | 'text' | 'choice'
  /** What holds where nothing is said; '' for what is left to the scanner. */
  readonly usual: string
  /** In the API's words. */
  readonly description: string
  readonly min?: number
  readonly max?: number
  readonly choices: readonly string[]
}

interface Schema {
  readonly type?: unknown
  readonly default?: unknown
  readonly description?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly enum?: unknown
  readonly anyOf?: unknown
}

const schemaOf = (raw: unknown): Schema => (typeof raw === 'object' && raw !== null ? raw : {})
const numberOf = (name: 'min' | 'max', value: unknown) => (typeof value === 'number' ? { [name]: value } : {})

/** The fields of a scanner's options, read from their JSON Schema. What cannot be said in one plain field is left out: the API takes it all the same. */
export function optionFields(options: Readonly<Record<string, unknown>>): OptionField[] {
  const properties = schemaOf(options['properties']) as Readonly<Record<string, unknown>>
  return Object.entries(properties).flatMap(([name, raw]) => {
    const field = fieldOf(name, schemaOf(raw))
    return field === null ? [] : [field]
  })
}

function fieldOf(name: string, schema: Schema): OptionField | null {
  // Of several spellings the one that people type: a text before a list, and null is what is left empty.
  const spellings = Array.isArray(schema.anyOf) ? schema.anyOf.map(schemaOf) : [schema]
  const spelling = ['string', 'integer', 'number'].flatMap((type) => spellings.filter((one) => one.type === type))[0]
  if (spelling === undefined) return null
  const choices = Array.isArray(spelling.enum) ? spelling.enum.map(String) : []
  return {
    name,
    kind: choices.length > 0 ? 'choice' : spelling.type === 'string' ? 'text' : 'number',
    usual: schema.default === null || schema.default === undefined ? '' : textOf(schema.default),
    description: typeof schema.description === 'string' ? schema.description : '',
    ...numberOf('min', spelling.minimum),
    ...numberOf('max', spelling.maximum),
    choices,
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** What a form calls the field of an option. */
export const fieldName = (scanner: string, option: string): string => `${scanner}.${option}`
