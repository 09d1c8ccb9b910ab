/** A form's fields as elements, each with its label, its help and a place for what is wrong with it. */
import type { CompiledField } from '../../shared/campaign/compiled/compiled.ts'
import { inputTypes } from '../../shared/contracts/field-types.ts'
import { make } from './make.ts'

export type Control = HTMLInputElement | HTMLSelectElement

export interface Row {
  readonly label: string
  readonly control: Control
  readonly element: HTMLElement
  /** Says at the field what is wrong; nothing takes it away. */
  tell(message?: string): void
}

type Asked = Pick<CompiledField, 'name' | 'label' | 'type'> & Partial<CompiledField>

export const rowOf = (field: Asked): Row => {
  const { name, label, help, type, required } = field
  const isTick = type === 'checkbox'
  const common = {
    id: name,
    name,
    required,
    autocomplete: field.autocomplete,
    part: isTick ? 'tick' : 'input',
  }
  const control =
    type === 'select'
      ? make(
          'select',
          common,
          make('option', { value: '' }),
          ...(field.options ?? []).map((option) => make('option', {}, option)),
        )
      : make('input', {
          ...common,
          type: inputTypes[type] ?? 'text',
          ...(isTick
            ? { value: 'yes' }
            : {
                maxlength: field.maxLength,
                minlength: field.minLength,
                pattern: field.pattern,
                title: field.patternHelp,
                inputmode: type === 'number' && 'decimal',
              }),
        })
  const named = make('label', { for: name, part: 'label' }, label)
  if (!required) named.append(' ', make('small', {}, '(optional)'))
  const helped = help === undefined ? [] : [make('small', { id: `${name}-help`, part: 'help' }, help)]
  const wrong = make('small', { id: `${name}-error`, class: 'error', part: 'error' })
  const parts = isTick ? [control, named, ...helped, wrong] : [named, ...helped, wrong, control]
  const element = make('div', { class: isTick ? 'tick' : 'field', part: 'field' }, ...parts)
  const tell = (message = ''): void => {
    wrong.textContent = message
    wrong.hidden = !message
    const notes = [...helped, ...(message ? [wrong] : [])].map(({ id }) => id).join(' ')
    for (const [attribute, value] of [
      ['aria-describedby', notes],
      ['aria-invalid', message && 'true'],
    ] as const)
      if (value) control.setAttribute(attribute, value)
      else control.removeAttribute(attribute)
  }
  tell()
  return { label, control, element, tell }
}
