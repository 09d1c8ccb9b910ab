/** The module that infra/assets.ts writes into the function that serves them: the snippet and the pages' style, minified. */
declare module 'ripen:assets' {
  interface Asset {
    readonly text: string
    /** In quotes, as the header wants it. */
    readonly etag: string
  }
  export const embedScript: Asset
  export const pageStyle: Asset
}
