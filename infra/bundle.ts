/** Bundles every function in one pass: an ES module each, with the SDK and the compiled campaign inside. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import { build, type Plugin } from 'esbuild'
import type { CompiledCampaign } from '../shared/campaign/compiled/compiled.ts'
import { contentVersionsOf } from '../shared/campaign/compiled/content-versions.ts'
import { goalsOf } from '../shared/campaign/compiled/goals.ts'
import { functionNames } from '../shared/contracts/names.ts'
import { assetsModule } from './assets.ts'

const root = resolve(import.meta.dirname, '..')
const leanFolder = join(root, 'infra', 'lean')

/** A file of the SDK that Lambda never runs, and the file of infra/lean that takes its place in every bundle. */
export interface StandIn {
  readonly file: string
  readonly insteadOf: RegExp
}

/** What each takes away: `npm run bench`. Why they are worth it: docs/decisions/lean-bundles.md. */
export const standIns: readonly StandIn[] = [
  { file: 'credentials.ts', insteadOf: /@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/ },
  { file: 'event-streams.ts', insteadOf: /@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/ },
  { file: 'dynamodb-endpoint.ts', insteadOf: /@aws-sdk\/client-dynamodb\/.*\/endpointResolver\.js$/ },
  { file: 'endpoint-cache.ts', insteadOf: /@aws-sdk\/endpoint-cache\/dist-es\/index\.js$/ },
  { file: 'package-version.ts', insteadOf: /@aws-sdk\/client-[\w-]+\/package\.json$/ },
  { file: 'software-sha256.ts', insteadOf: /@smithy\/core\/.*\/Sha256Js\.js$/ },
  { file: 'rate-limiter.ts', insteadOf: /@smithy\/core\/.*\/DefaultRateLimiter\.js$/ },
  { file: 'event-stream-headers.ts', insteadOf: /@smithy\/signature-v4\/.*\/HeaderFormatter\.js$/ },
  { file: 'shared-config-files.ts', insteadOf: /@smithy\/core\/.*\/fromSharedConfigFiles\.js$/ },
]

/** The SDK has no such file any more: what stood in for it is in no bundle, and what it kept out may be back. */
class StandInUnused extends Error {
  override readonly name = 'StandInUnused'

  constructor({ file, insteadOf }: StandIn) {
    super(
      `No function loads ${insteadOf.source}, which infra/lean/${file} stands in for: find where the SDK has it now, or remove both from infra/bundle.ts.`,
    )
  }
}

/**
 * Writes `<outFolder>/<function>/index.mjs` for each function, and what capture reads beside it; gives the sizes of the
 * modules in bytes. Throws `StandInUnused`.
 */
export const bundleFunctions = async (
  campaign: CompiledCampaign,
  outFolder: string,
  lean: readonly StandIn[] = standIns,
): Promise<Record<string, number>> => {
  rmSync(outFolder, { recursive: true, force: true })
  const used = new Set<StandIn>()
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
    plugins: [campaignModule(campaign), assetsModule, replacing(lean, used)],
  })
  const unused = lean.find((standIn) => !used.has(standIn))
  if (unused) throw new StandInUnused(unused)
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

/** By the path of the file, so that it does not matter who imports it, or how. */
const replacing = (lean: readonly StandIn[], used: Set<StandIn>): Plugin => ({
  name: 'lean',
  setup({ onLoad }) {
    for (const standIn of lean)
      onLoad({ filter: standIn.insteadOf }, () => {
        used.add(standIn)
        return {
          contents: readFileSync(join(leanFolder, standIn.file), 'utf8'),
          loader: 'ts',
          // What a stand-in imports is ours, and not the SDK's.
          resolveDir: leanFolder,
        }
      })
  },
})
