/** Stands in for settings from ~/.aws, which a function does not have: each is looked for there, then its default holds. */
export const fromSharedConfigFiles = () => async (): Promise<never> => {
  throw Object.assign(new Error('A function has no shared configuration files.'), { tryNextLink: true })
}
