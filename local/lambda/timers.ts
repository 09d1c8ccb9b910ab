/** A bundle's timers: they run in real time, and fire early when the pipeline's time has been turned past them. */
import type { MessagePort } from 'node:worker_threads'
import type { FromTimers, ToTimers } from './waits.ts'

interface Running {
  readonly number: number
  readonly atMs: number
  readonly fire: () => void
}

/** Replaces the global timers; after `installVirtualDate`, by whose time they are told. */
export const installTimers = (port: MessagePort): void => {
  const { setTimeout: set, clearTimeout: clear } = globalThis
  const running = new Map<unknown, Running>()
  let last = 0
  const setTracked = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): NodeJS.Timeout => {
    const timeout = set(() => {
      running.delete(timeout)
      run(...given)
    }, ms)
    last += 1
    const fire = () => {
      clear(timeout)
      running.delete(timeout)
      run(...given)
    }
    running.set(timeout, { number: last, atMs: Date.now() + ms, fire })
    return timeout
  }
  const clearTracked = (timeout?: Parameters<typeof clear>[0]): void => {
    running.delete(timeout)
    clear(timeout)
  }
  Object.assign(globalThis, { setTimeout: setTracked, clearTimeout: clearTracked })

  const tell = (message: FromTimers): void => port.postMessage(message)
  port.on('message', (message: ToTimers | object) => {
    if ('timers' in message)
      tell({ timers: [...running.values()].map(({ number, atMs }) => ({ timer: number, atMs })) })
    if (!('fire' in message)) return
    ;[...running.values()].find(({ number }) => number === message.fire)?.fire()
    // What the timer's end brings about, such as giving a call up, is told before.
    setImmediate(() => tell({ fired: message.fire }))
  })
}
