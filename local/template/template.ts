/** A synthesised CloudFormation template as it lies in `cdk.out`, before anything in it is resolved. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export type Properties = Readonly<Record<string, unknown>>

export interface TemplateResource {
  readonly Type: string
  readonly Properties?: Properties
}

export interface StackTemplate {
  readonly stackName: string
  readonly region: string
  readonly resources: Readonly<Record<string, TemplateResource>>
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>
  /** Absolute folder of an asset, by the file name it has in the assets bucket. */
  readonly assetFolders: ReadonlyMap<string, string>
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      { type: string; environment?: string; properties?: { templateFile?: string; file?: string } }
    >
  >
}

/** Throws where the folder holds no assembly, or more than one stack. */
export const readTemplate = (cdkOut: string): StackTemplate => {
  const manifest = readJson<Manifest>(cdkOut, 'manifest.json')
  const artifacts = Object.entries(manifest.artifacts)
  const stacks = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack')
  const [stack] = stacks
  if (!stack || stacks.length > 1)
    throw new Error(
      `${cdkOut} holds ${stacks.length} stacks; the pipeline on one machine serves exactly one.`,
    )
  const [stackName, { environment = '', properties }] = stack
  const template = readJson<{
    Resources: StackTemplate['resources']
    Outputs?: StackTemplate['outputs']
  }>(cdkOut, properties?.templateFile ?? '')
  const assetFolders = new Map<string, string>()
  for (const [, { type, properties: asset }] of artifacts)
    if (type === 'cdk:asset-manifest') addAssets(cdkOut, asset?.file ?? '', assetFolders)
  return {
    stackName,
    region: environment.split('/').at(-1) ?? '',
    resources: template.Resources,
    outputs: template.Outputs ?? {},
    assetFolders,
  }
}

const addAssets = (cdkOut: string, file: string, folders: Map<string, string>): void => {
  type Assets = {
    files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>
  }
  for (const { source, destinations } of Object.values(readJson<Assets>(cdkOut, file).files))
    for (const { objectKey } of Object.values(destinations))
      folders.set(objectKey, resolve(cdkOut, source.path))
}

const readJson = <T>(folder: string, file: string): T => {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T
  } catch (cause) {
    throw new Error(
      `${join(folder, file)} cannot be read; synthesise the stack again with "npx cdk synth".`,
      { cause },
    )
  }
}
