import { describe, expect, test } from 'vitest'
import { adviceOn, sharedAdvice } from '../../../cli/preview/advice.ts'
import { emailDocument, linksIn } from '../../../cli/preview/email-document.ts'
import { overviewOf } from '../../../cli/preview/overview.ts'
import { readOwnPeople } from '../../../cli/preview/own-people.ts'
import { samplePeople } from '../../../cli/preview/people.ts'
import { placesOf } from '../../../cli/preview/places.ts'
import { showEmail, stateOf } from '../../../cli/preview/shown-email.ts'
import { checkCampaign } from '../../../shared/campaign/check.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { monday } from '../../support/leads.ts'
import { branchedSequence, campaignFolder, draft } from '../../support/working-campaign.ts'

const source = { publicUrl: 'https://preview.invalid', linkKey: 'key' }

/** One place of the sample campaign, as one of the invented people gets it. */
const shown = async (placeId: string, personId: string) => {
  const campaign = await compileCampaign(campaignFolder().path)
  const place = placesOf(campaign).find(({ id }) => id === placeId)
  const person = samplePeople(campaign).find(({ id }) => id === personId)
  if (!place || !person) throw new Error('There is no such place or person.')
  return showEmail(
    place,
    stateOf(person, campaign, monday),
    monday,
    { ...source, emails: campaign.emails, identity: campaign.identity },
    'learn@example.com',
  )
}

describe('the list', () => {
  test('tells a sequence step by step: days, waits, windows, tests, branches and what follows an arm', async () => {
    const { path } = campaignFolder({ 'sequences/learn.yaml': branchedSequence })
    const campaign = await compileCampaign(path)
    const learn = overviewOf(campaign, []).sequences.find(({ id }) => id === 'learn')
    expect(learn?.about).toEqual([
      'Begins with the form guide.',
      'Its goal, which ends it: the lead has clicked /book-a-call.',
    ])
    expect(
      learn?.steps.map((step) =>
        step.kind === 'branch'
          ? [
              step.id,
              step.wait,
              ...step.arms.map(({ id, when, end, steps }) => [
                id,
                when,
                end,
                ...steps.map((own) => [own.id, own.day, own.wait, own.when]),
              ]),
            ]
          : [
              step.id,
              step.day,
              step.wait,
              step.window,
              ...step.emails.map(({ place, note }) => [place, note]),
            ],
      ),
    ).toEqual([
      ['welcome', 0, 'at once', undefined, ['learn/welcome', undefined]],
      [
        'day',
        4,
        '4 days later',
        'Mon–Fri 09:00–17:00',
        ['learn/day/honest', 'variant honest, 67 %'],
        ['learn/day/short', 'variant short, 33 %'],
      ],
      [
        'interest',
        '5 business days later',
        [
          'keen',
          'the lead has at least 6 points',
          'then the sequence ends',
          ['early', 11, 'at once', undefined],
        ],
        [
          'others',
          undefined,
          undefined,
          ['example', 19, '8 days later', 'the lead has not clicked /five-answers'],
        ],
      ],
      ['cost', 29, '10 days later', undefined, ['learn/cost', undefined]],
    ])
  })

  test('goes by sequence, then confirmations, then emails that no step names', async () => {
    const { path } = campaignFolder({ 'emails/spring.md': draft('Spring', 'Hello.') })
    const campaign = await compileCampaign(path)
    expect(placesOf(campaign).map(({ id }) => id)).toEqual([
      'digest/first',
      'digest/example',
      'digest/cost',
      'learn/welcome',
      'learn/day',
      'learn/good-course',
      'learn/example',
      'learn/cost',
      'learn/adviser',
      'confirm/newsletter',
      'draft/spring',
    ])
  })
})

describe('an email that no step names', () => {
  test('is listed by its name, and a partial, which is no email, is not', async () => {
    const { path } = campaignFolder({
      'emails/spring.md': draft('Spring', 'Hello.'),
      'emails/autumn.md': draft('Autumn', 'Hello.\n\n{% render "signature" %}'),
    })
    const { drafts } = overviewOf(await compileCampaign(path), [])
    expect(drafts).toEqual([
      { place: 'draft/autumn', email: 'autumn', subject: 'Autumn', advice: 0 },
      { place: 'draft/spring', email: 'spring', subject: 'Spring', advice: 0 },
    ])
  })

  test('is the confirmation too where no form asks for one, and it stays without a visitor’s words', async () => {
    const folder = campaignFolder()
    folder.change('forms/newsletter.yaml', 'doubleOptIn: true', 'doubleOptIn: false')
    const places = placesOf(await compileCampaign(folder.path))
    expect(places.filter(({ email }) => email === 'confirm')).toEqual([
      {
        id: 'draft/confirm',
        email: 'confirm',
        kind: 'draft',
        touch: { enrolment: 'draft-1', step: 'confirm', email: 'confirm', purpose: 'confirmation' },
      },
    ])
  })
})

describe('advice', () => {
  test('on an email’s own file is that email’s wherever it stands, and the rest is of what emails share', async () => {
    const folder = campaignFolder({ 'emails/spring.md': draft('Spring!!!', 'Act now.') })
    folder.change('emails/cost-and-return.md', 'What a course costs', 'Act now, a course')
    folder.change('emails/partials/signature.md', 'Warm regards', 'Warm regards!!!')
    folder.change('theme/theme.yaml', 'muted: "#5a6860"', 'muted: "#9aa8a0"')
    const { campaign, advice } = await checkCampaign(folder.path)
    if (!campaign) throw new Error('The campaign does not compile.')
    const places = (told: typeof advice) => told.map(({ file, line }) => `${file}:${line}`)
    expect(places(adviceOn('cost-and-return', advice))).toEqual(['emails/cost-and-return.md:2'])
    expect(places(adviceOn('welcome', advice))).toEqual([])
    expect(places(sharedAdvice(campaign.emails, advice))).toEqual([
      'emails/partials/signature.md:1',
      'theme/theme.yaml:10',
      'theme/theme.yaml:10',
    ])
    const { sequences, drafts } = overviewOf(campaign, advice)
    const counts = sequences
      .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'email' ? step.emails : [])))
      .map(({ place, advice: count }) => [place, count])
    expect(Object.fromEntries(counts)).toMatchObject({
      'digest/cost': 1,
      'learn/cost': 1,
      'learn/welcome': 0,
    })
    // Subject, preheader and text.
    expect(drafts.map(({ email, advice: count }) => [email, count])).toEqual([['spring', 3]])
  })
})

describe('people', () => {
  test('of whom nothing is known get the defaults, and of whom all is known get none', async () => {
    expect((await shown('learn/welcome', 'unknown')).text).toMatch(/^Hello there,/)
    expect((await shown('learn/welcome', 'known')).text).toMatch(/^Hello Ada,/)
  })

  test('who are hostile change nothing of an email but the words', async () => {
    const { text, links } = await shown('learn/welcome', 'hostile')
    expect(text).toContain('Hello <b onclick="alert(1)">Ada</b> {{ 7 | times: 7 }} & "Co",')
    expect(links.map(({ url }) => new URL(url).host)).toEqual(['www.example.com', 'preview.invalid'])
  })

  test('of the campaign’s own are read from preview-leads.yaml', async () => {
    const { path } = campaignFolder({
      'preview-leads.yaml':
        'leads:\n  - name: Kim, a student\n    email: kim@example.com\n    fields: { firstName: Kim, visits: 12 }\n  - name: Nobody\n',
    })
    expect(readOwnPeople(path, await compileCampaign(path)).people).toEqual([
      {
        id: 'own:Kim, a student',
        name: 'Kim, a student',
        email: 'kim@example.com',
        fields: { firstName: 'Kim', visits: '12' },
      },
      { id: 'own:Nobody', name: 'Nobody', email: 'sample@example.com', fields: {} },
    ])
  })

  test.each([
    ['leads: []\n', 1, 'leads: must list at least one lead.'],
    ['leads:\n  - name: Kim\n    e-mail: kim@example.com\n', 3, 'Unknown setting "e-mail".'],
    [
      'leads:\n  - name: Kim\n    email: kim\n',
      3,
      'leads.Kim.email: must be an address such as ada@example.com.',
    ],
    ['leads:\n  - name: Kim\n    fields:\n      shoeSize: 38\n', 4, 'No form asks for shoeSize.'],
    [
      'leads:\n  - name: Kim\n    fields: { city: [Leeds] }\n',
      3,
      'leads.Kim.fields.city: must be text, a number, true or false.',
    ],
    ['leads:\n  - name: Kim\n  - name: Kim\n', 3, 'Two leads are called Kim.'],
  ])('in a file with a mistake are none, and the mistake is told: %j', async (text, line, problem) => {
    const { path } = campaignFolder({ 'preview-leads.yaml': text })
    const { people, problems } = readOwnPeople(path, await compileCampaign(path))
    expect(people).toEqual([])
    expect(problems).toMatchObject([{ file: 'preview-leads.yaml', line, problem }])
  })
})

describe('what is told of an email', () => {
  test('are its headers as they go out, its tags, its size and its links', async () => {
    const email = await shown('learn/welcome', 'known')
    const token = '[\\w.-]+'
    expect(email.headers.slice(0, 4)).toEqual([
      ['From', 'Fernhill Academy <learn@example.com>'],
      ['To', 'ada@example.com'],
      ['Reply-To', 'advisers@example.com'],
      ['Subject', 'Your guide, and one question to start with'],
    ])
    expect(email.headers[4]?.[0]).toBe('List-Unsubscribe')
    expect(email.headers[4]?.[1]).toMatch(new RegExp(`^<https://preview\\.invalid/preferences/${token}>$`))
    expect(email.headers[5]).toEqual(['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'])
    expect(email.preheader).toBe('Before you compare courses, write down one sentence.')
    expect(email.tags).toEqual([
      ['lead', 'preview'],
      ['enrolment', 'learn-1'],
      ['step', 'welcome'],
      ['email', 'welcome'],
      ['purpose', 'marketing'],
    ])
    expect(email.clippedAboveBytes).toBe(104_448)
    expect(email.htmlBytes).toBeGreaterThan(5000)
    expect(email.hasDarkRules).toBe(true)
    expect(email.links.map(({ text, isPersonal }) => [text, isPersonal])).toEqual([
      ['Here is the guide', false],
      ['No more of these emails', true],
    ])
  })

  test('the link that the email wants clicked is marked, and no other', async () => {
    const { links } = await shown('learn/adviser', 'known')
    expect(links.map(({ text, isGoal }) => [text, isGoal])).toEqual([
      ['book twenty minutes', true],
      ['dates of the next courses', false],
      ['No more of these emails', false],
    ])
    expect((await shown('learn/welcome', 'known')).links.map(({ isGoal }) => isGoal)).toEqual([false, false])
  })

  test('a confirmation has no header to unsubscribe by, and nothing a visitor typed', async () => {
    const email = await shown('confirm/newsletter', 'hostile')
    expect(email.headers.map(([name]) => name)).toEqual(['From', 'To', 'Reply-To', 'Subject'])
    expect(email.text).not.toContain('alert(1)')
  })
})

describe('the document of a pane', () => {
  const html = `<html><head><meta name="color-scheme" content="light dark"><style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) { p { color: white } }
@media screen and (prefers-color-scheme:light) { p { color: black } }
</style></head><body><picture><source media="(prefers-color-scheme: dark)" srcset="a"></picture>
<p>(prefers-color-scheme: dark)</p><a href="https://www.example.com/a" target="_self">A</a></body></html>`

  // Always so, and never so.
  test.each([
    ['light', '(max-width: 0px)', '(min-width: 0px)'],
    ['dark', '(min-width: 0px)', '(max-width: 0px)'],
  ] as const)('has the rules for %s colours and no others', (colours, dark, light) => {
    expect(
      emailDocument(html, colours),
    ).toBe(`<html><head><base target="_blank"><meta name="color-scheme" content="${colours}"><style>
:root { color-scheme: ${colours}; }
@media ${dark} { p { color: white } }
@media screen and ${light} { p { color: black } }
</style></head><body><picture><source media="${dark}" srcset="a"></picture>
<p>(prefers-color-scheme: dark)</p><a href="https://www.example.com/a">A</a></body></html>`)
  })

  test('of an email that says nothing of colours is the same in both', () => {
    const plain =
      '<html><head><style>p { color: black }</style></head><body><p>color-scheme</p></body></html>'
    expect(emailDocument(plain, 'dark')).toBe(emailDocument(plain, 'light'))
  })

  test('its links are told in order, those around a picture by its description', () => {
    expect(
      linksIn(
        '<a href="https://a.example/">One\n two</a><a name="x">no</a><a href="https://b.example/?x=1&amp;y=2"><img alt="Logo"></a>',
      ),
    ).toEqual([
      { text: 'One two', url: 'https://a.example/' },
      { text: 'Logo', url: 'https://b.example/?x=1&y=2' },
    ])
  })
})
