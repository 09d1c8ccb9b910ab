/** Bundles every function in one pass: an ES module each, with the SDK and the compiled campaign inside. */
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import { build, type Plugin } from 'esbuild'
import type { CompiledCampaign } from '../shared/campaign/compiled/compiled.ts'
import { contentVersionsOf } from '../shared/campaign/compiled/content-versions.ts'
import { goalsOf } from '../shared/campaign/compiled/goals.ts'
import { functionNames } from '../shared/contracts/names.ts'
import { assetsModule } from './assets.ts'

const root = resolve(import.meta.dirname, '..')

/**
 * Parts of the SDK that Lambda never runs, and what stands in for them. A start costs what a bundle weighs, and
 * capture answers a person: together these take 175 KB of it away.
 */
const leanings: readonly {
  readonly module: RegExp
  readonly importedBy?: string
  readonly standIn: string
}[] = [
  { module: /^@aws-sdk\/credential-provider-node$/, standIn: 'credentials.ts' },
  { module: /^@smithy\/core\/event-streams$/, standIn: 'event-streams.ts' },
  { module: /^@aws-sdk\/endpoint-cache$/, standIn: 'endpoint-cache.ts' },
  { module: /^\.\/Sha256Js$/, standIn: 'software-sha256.ts' },
  { module: /^\.\.\/package\.json$/, standIn: 'package-version.ts' },
  { module: /^\.\/DefaultRateLimiter$/, standIn: 'rate-limiter.ts' },
  { module: /\/getInstanceMetadataRegion$/, standIn: 'instance-metadata.ts' },
  {
    module: /util-endpoints\/lib\/aws\/partition$/,
    importedBy: 'middleware-user-agent',
    standIn: 'user-agent-prefix.ts',
  },
  { module: /^\.\/recursionDetectionMiddleware$/, standIn: 'recursion-detection.ts' },
  {
    module: /^\.\/endpoint\/endpointResolver$/,
    importedBy: 'client-dynamodb',
    standIn: 'dynamodb-endpoint.ts',
  },
]

/**
 * Writes `<outFolder>/<function>/index.mjs` for each function, and what capture reads beside it; gives the sizes of the
 * modules in bytes.
 */
export const bundleFunctions = async (
  campaign: CompiledCampaign,
  outFolder: string,
): Promise<Record<string, number>> => {
  rmSync(outFolder, { recursive: true, force: true })
  const used = new Set<string>()
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: functionNames.map((name) => ({
      in: join('functions', `${name}.ts`),
      out: join(name, 'index'),
    })),
    outdir: outFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    minify: true,
    logLevel: 'warning',
    plugins: [campaignModule(campaign), assetsModule, lean(used)],
  })
  for (const { module, standIn } of leanings)
    if (!used.has(standIn))
      throw new Error(
        `No function imports ${module.source} any more; remove ${standIn} from the table in infra/bundle.ts.`,
      )
  writeFileSync(join(outFolder, 'capture', 'disposable-domains.txt'), disposableDomains())
  return Object.fromEntries(
    Object.entries(metafile.outputs).map(([file, { bytes }]) => [file.split('/').at(-2) ?? file, bytes]),
  )
}

/**
 * The kept list, sorted, a domain a line. Beside the bundle and not inside: with its 126 KB the module would be over
 * its limit, and every start would parse what few submissions need.
 */
const disposableDomains = (): string => `${disposableEmailBlocklist().toSorted().join('\n')}\n`

/** Answers `import ... from 'ripen:campaign'`; what a function does not name is left out of it. */
const campaignModule = (campaign: CompiledCampaign): Plugin => ({
  name: 'campaign',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ripen:campaign$/ }, () => ({ path: 'campaign', namespace: 'ripen' }))
    onLoad({ filter: /.*/, namespace: 'ripen' }, () => ({
      contents: Object.entries({
        ...campaign,
        contentVersions: contentVersionsOf(campaign),
        goals: goalsOf(campaign),
      })
        .map(
          ([name, value]) =>
            `export const ${name} = /* @__PURE__ */ JSON.parse(${JSON.stringify(JSON.stringify(value))})`,
        )
        .join('\n'),
    }))
  },
})

const lean = (used: Set<string>): Plugin => ({
  name: 'lean',
  setup({ onResolve }) {
    for (const { module, importedBy, standIn } of leanings)
      onResolve({ filter: module }, ({ importer }) => {
        if (importedBy !== undefined && !importer.includes(`/${importedBy}/`)) return undefined
        used.add(standIn)
        return { path: join(root, 'infra', 'lean', standIn) }
      })
  },
})
