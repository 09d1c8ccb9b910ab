/** The module that infra/bundle.ts writes into each function: the campaign, compiled at synth. */
declare module 'ripen:campaign' {
  type Compiled = import('./compiled.ts').CompiledCampaign
  export const plan: Compiled['plan']
  export const forms: Compiled['forms']
  export const emails: Compiled['emails']
  export const identity: Compiled['identity']
  export const intake: Compiled['intake']
  export const contentVersions: import('./content-versions.ts').ContentVersions
  /** Of the emails that have one, the goal: all that feedback needs of them. */
  export const goals: Readonly<Record<string, string>>
}
