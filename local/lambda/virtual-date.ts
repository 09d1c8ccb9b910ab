/** A `Date` that gives the pipeline's time instead of the machine's. */
import { clockCells } from '../clock.ts'

/** Replaces the global `Date`; everything but "now" stays as it was. */
export const installVirtualDate = (buffer: SharedArrayBuffer): void => {
  const cells = new BigInt64Array(buffer)
  const RealDate = Date
  const now = (): number => {
    const value = Number(Atomics.load(cells, clockCells.value))
    return Atomics.load(cells, clockCells.frozen) === 1n ? value : RealDate.now() + value
  }
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  })
}
