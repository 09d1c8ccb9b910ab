import { afterEach, expect, test, vi } from 'vitest'
import { variable } from '../../../shared/aws/environment.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a variable is what the function was bound to', () => {
  vi.stubEnv('TABLE_NAME', 'Leads')
  expect(variable('TABLE_NAME')).toBe('Leads')
})

test.each([undefined, ''])('a variable that is %o stops the function, and says where to bind it', (value) => {
  vi.stubEnv('TABLE_NAME', value)
  expect(() => variable('TABLE_NAME')).toThrow(
    expect.objectContaining({
      name: 'MissingVariable',
      variable: 'TABLE_NAME',
      message:
        'The environment variable TABLE_NAME is not set; bind what it names to this function in infra/ripen-stack.ts.',
    }),
  )
})
