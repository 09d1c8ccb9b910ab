/** The plain JavaScript build of recheck has no types beside it; they are those of the package. */
declare module 'recheck/lib/browser.js' {
  const recheck: Pick<typeof import('recheck'), 'checkSync'>
  export default recheck
}
