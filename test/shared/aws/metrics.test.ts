import { expect, test, vi } from 'vitest'
import { countRefusal, countTeamEmailLost } from '../../../shared/aws/metrics.ts'

test('a refused post is one line that CloudWatch reads as a count by form and reason', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  countRefusal('guide', 'trap', 1772445600000)
  const lines = write.mock.calls.map(([text]) => String(text))
  write.mockRestore()
  expect(lines).toEqual([
    '{"_aws":{"Timestamp":1772445600000,"CloudWatchMetrics":[{"Namespace":"Ripen","Dimensions":[["form","reason"]],"Metrics":[{"Name":"refused","Unit":"Count"}]}]},"form":"guide","reason":"trap","refused":1}\n',
  ])
})

test('an email to sales or marketing that came back is one line, counted by the function that saw it', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  countTeamEmailLost('Ripen-feedback', 1772445600000)
  const lines = write.mock.calls.map(([text]) => String(text))
  write.mockRestore()
  expect(lines).toEqual([
    '{"_aws":{"Timestamp":1772445600000,"CloudWatchMetrics":[{"Namespace":"Ripen","Dimensions":[["function"]],"Metrics":[{"Name":"teamEmailsLost","Unit":"Count"}]}]},"function":"Ripen-feedback","teamEmailsLost":1}\n',
  ])
})
