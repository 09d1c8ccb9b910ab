import { expect, test } from 'vitest'
import { miscounted } from '../../local/recount.ts'
import { postForm as post } from '../support/forms.ts'
import { monday } from '../support/leads.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()

test.each(['final', 'notFinal'] as const)(
  'what a window that ends early has counted is counted once, and so is the rest of its minute (%s)',
  async (windowsEndEarly) => {
    const pipeline = await start({ windowsEndEarly, disorder: { random: () => 0.1 } })
    for (const name of ['ada', 'ben', 'cleo']) await post(pipeline, { email: `${name}@example.com` })
    await pipeline.clock.advanceTo(monday + 10 * 60_000)
    const items = await pipeline.table.scan()
    const captured = items.filter(
      ({ sk }) => String(sk).startsWith('source|') && String(sk).includes('|captured#'),
    )
    expect(captured.map(({ count }) => count)).toEqual([3])
    expect(miscounted(items)).toEqual([])
  },
)
