/** Stands in for each client's package.json, of which only the version is read, for the user agent. */
export default { version: 'bundled' }
export const version = 'bundled'
