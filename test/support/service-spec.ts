/** What AWS's own schema database finds wrong with a template: properties that are unknown, missing or of the wrong type. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import type { PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types'

export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >
}

const database = loadAwsServiceSpecSync()

/** One line per fault, with the path that leads to it; empty where the template is right. */
export const schemaFaults = ({ Resources }: Template): string[] =>
  Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const [resource] = database.lookup('resource', 'cloudFormationType', 'equals', Type)
    return resource
      ? propertyFaults(id, Properties, resource.properties)
      : [`${id}: ${Type} is not a type that CloudFormation knows.`]
  })

const propertyFaults = (
  path: string,
  given: Readonly<Record<string, unknown>>,
  known: ResourceProperties,
): string[] => [
  ...Object.entries(known).flatMap(([name, { required }]) =>
    required && given[name] === undefined ? [`${path}.${name} is missing.`] : [],
  ),
  ...Object.entries(given).flatMap(([name, value]) => {
    const property = known[name]
    return property ? valueFaults(`${path}.${name}`, value, property.type) : [`${path}.${name} is not known.`]
  }),
]

const valueFaults = (path: string, value: unknown, type: PropertyType): string[] => {
  const isFault = (isRight: boolean): string[] =>
    isRight ? [] : [`${path} must be ${wordFor(type)}, not ${JSON.stringify(value)}.`]
  // What a function gives is known at deploy only; all that this template uses give one text.
  if (isIntrinsic(value)) return isFault(takesText(type))
  switch (type.type) {
    case 'string':
      return isFault(typeof value === 'string' && (type.allowedValues?.includes(value) ?? true))
    case 'date-time':
      return isFault(typeof value === 'string' && !Number.isNaN(Date.parse(value)))
    case 'number':
      return isFault(typeof value === 'number')
    case 'integer':
      return isFault(Number.isInteger(value))
    case 'boolean':
      return isFault(typeof value === 'boolean')
    case 'json':
      return []
    case 'null':
      return isFault(value === null)
    case 'tag':
      return isFault(isRecord(value) && typeof value.Key === 'string' && typeof value.Value === 'string')
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((one, index) => valueFaults(`${path}[${index}]`, one, type.element))
        : isFault(false)
    case 'map':
      return isRecord(value)
        ? Object.entries(value).flatMap(([key, one]) => valueFaults(`${path}.${key}`, one, type.element))
        : isFault(false)
    case 'ref':
      return isRecord(value)
        ? propertyFaults(path, value, database.get('typeDefinition', type.reference.$ref).properties)
        : isFault(false)
    case 'union': {
      const faults = type.types.map((one) => valueFaults(path, value, one))
      return faults.some(({ length }) => length === 0) ? [] : (faults[0] ?? [])
    }
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isIntrinsic = (value: unknown): boolean => {
  if (!isRecord(value)) return false
  const [name = '', ...others] = Object.keys(value)
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))
}

const takesText = (type: PropertyType): boolean =>
  type.type === 'string' || type.type === 'json' || (type.type === 'union' && type.types.some(takesText))

const wordFor = (type: PropertyType): string =>
  'allowedValues' in type && type.allowedValues ? `one of ${type.allowedValues.join(', ')}` : type.type
