/** Replaces CloudFormation's intrinsic functions by values, as CloudFormation would on deploy. */
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { localAccount, partitionOf } from '../inventory.ts'

/** What a reference to a resource gives: `Ref` its first value, `Fn::GetAtt` one of its attributes. */
export interface ResourceIdentity {
  readonly ref: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface Resolution {
  readonly stackName: string
  readonly region: string
  identityOf(logicalId: string): ResourceIdentity | undefined
}

/** Throws where the template uses a function, a parameter or an attribute that is not served here, and names it. */
export const resolveIntrinsics = (value: unknown, resolution: Resolution): unknown => {
  if (Array.isArray(value))
    return value.map((part) => resolveIntrinsics(part, resolution)).filter((part) => part !== noValue)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [only] = entries
  if (entries.length === 1 && only && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
    return callFunction(only[0], only[1], resolution)
  return Object.fromEntries(
    entries
      .map(([key, part]) => [key, resolveIntrinsics(part, resolution)])
      .filter(([, part]) => part !== noValue),
  )
}

const noValue = Symbol('AWS::NoValue')

const callFunction = (name: string, argument: unknown, resolution: Resolution): unknown => {
  if (name === 'Ref') return reference(String(argument), resolution)
  if (name === 'Fn::GetAtt') return attribute(argument, resolution)
  const resolved = resolveIntrinsics(argument, resolution)
  if (name === 'Fn::Join' && Array.isArray(resolved) && Array.isArray(resolved[1]))
    return resolved[1].join(String(resolved[0]))
  if (name === 'Fn::Select' && Array.isArray(resolved) && Array.isArray(resolved[1]))
    return resolved[1][Number(resolved[0])]
  if (name === 'Fn::Split' && Array.isArray(resolved)) return String(resolved[1]).split(String(resolved[0]))
  if (name === 'Fn::Sub') return substitute(resolved, resolution)
  throw new Error(
    `The template uses ${name}, which is not served on one machine; add it to local/template/intrinsics.ts.`,
  )
}

const reference = (name: string, resolution: Resolution): unknown => {
  const pseudo: Record<string, unknown> = {
    'AWS::Region': resolution.region,
    'AWS::AccountId': localAccount,
    'AWS::Partition': partitionOf(resolution.region),
    'AWS::URLSuffix': RegionInfo.get(resolution.region).domainSuffix ?? 'amazonaws.com',
    'AWS::StackName': resolution.stackName,
    'AWS::NoValue': noValue,
  }
  if (name in pseudo) return pseudo[name]
  const identity = resolution.identityOf(name)
  if (!identity)
    throw new Error(
      `The template refers to ${name}, which is neither a resource of it nor a value known here.`,
    )
  return identity.ref
}

const attribute = (argument: unknown, resolution: Resolution): string => {
  const [logicalId = '', ...path] = Array.isArray(argument)
    ? argument.map(String)
    : String(argument).split('.')
  const name = path.join('.')
  const value = resolution.identityOf(logicalId)?.attributes[name]
  if (value === undefined)
    throw new Error(
      `The template asks for ${logicalId}.${name}, which is not served; add it to local/template/identities.ts.`,
    )
  return value
}

const substitute = (resolved: unknown, resolution: Resolution): string => {
  const [text, given] = Array.isArray(resolved)
    ? [String(resolved[0]), Object(resolved[1])]
    : [String(resolved), {}]
  return text.replace(/\$\{([\w:.]+)\}/g, (_, name: string) =>
    String(
      name in given
        ? given[name]
        : name.includes('.')
          ? attribute(name, resolution)
          : reference(name, resolution),
    ),
  )
}
