/** What browsers load from us beside pages, made small once and written into the function that serves it. */
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = resolve(import.meta.dirname, '..')

/** Answers `import ... from 'ripen:assets'`; the shapes are in web/assets.d.ts. */
export const assetsModule: Plugin = {
  name: 'assets',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ripen:assets$/ }, () => ({ path: 'assets', namespace: 'ripen-assets' }))
    onLoad({ filter: /.*/, namespace: 'ripen-assets' }, async () => {
      const assets = { embedScript: await embedScript(), pageStyle: await pageStyle() }
      return {
        contents: Object.entries(assets)
          .map(([name, text]) => `export const ${name} = ${JSON.stringify({ text, etag: etagOf(text) })}`)
          .join('\n'),
      }
    })
  },
}

/** The snippet as a page loads it: one script that leaves no names behind. */
export const embedScript = (): Promise<string> => minified('web/embed/main.ts')

const pageStyle = (): Promise<string> => minified('web/pages.css')

const minified = async (file: string): Promise<string> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, file)],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}

const etagOf = (text: string): string => `"${createHash('sha256').update(text).digest('hex').slice(0, 20)}"`
