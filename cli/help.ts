/** How help describes an option. */
import { Help, type Option } from 'commander'

/** With its default, unless that is nothing: an option that is off, or an empty list, goes without saying. */
export const optionDescription = (option: Option): string => {
  const { defaultValue, description } = option
  const isNothing = defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0)
  return isNothing ? description : new Help().optionDescription(option)
}
