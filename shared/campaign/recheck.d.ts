/** The plain JavaScript build of recheck has no types beside it; they are those of the package. */
declare module 'recheck/lib/browser.js' {
  export { checkSync } from 'recheck'
}
