/** Reads the values of options; what is wrong with one is a sentence, which commander puts after the option's name. */
import { InvalidArgumentError } from 'commander'

type ValueReader<T> = (text: string) => T

/** A whole number within these bounds, both included. */
export const wholeNumber =
  (least = 0, most = Number.POSITIVE_INFINITY): ValueReader<number> =>
  (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number${boundsText(least, most)}.`)
  }

const boundsText = (least: number, most: number): string => {
  if (most < Number.POSITIVE_INFINITY) return ` from ${least} to ${most}`
  return least > 0 ? `, ${least} or more` : ''
}

export const portNumber = wholeNumber(0, 65_535)

export const positiveNumber: ValueReader<number> = (text) => {
  const value = Number(text)
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}

/** Above 0, and at most all. */
export const share: ValueReader<number> = (text) => {
  const value = Number(text)
  if (value > 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a share above 0 and up to 1, such as 0.1.')
}

export const oneOf =
  <T extends string>(names: readonly T[]): ValueReader<T> =>
  (text) => {
    const name = names.find((known) => known === text.trim())
    if (name !== undefined) return name
    throw new InvalidArgumentError(`It must be one of ${names.join(', ')}.`)
  }

/** Names with commas between. */
export const someOf =
  <T extends string>(names: readonly T[]): ValueReader<readonly T[]> =>
  (text) =>
    text.split(',').map((part) => {
      const name = names.find((known) => known === part.trim())
      if (name !== undefined) return name
      throw new InvalidArgumentError(`It must be one or more of ${names.join(',')}.`)
    })

/** For an option that may be given several times. */
export const collected = (text: string, before: readonly string[]): readonly string[] => [...before, text]
