/** The console page: asks the pipeline every few seconds and draws what it says. Text goes in as text, never as HTML. */
import { byId, date, isNew, make, redraw, table, time } from './drawing.js'
import { drawWays } from './embedding.js'
import { hasLeftNurture, points, waysText } from './qualifying.js'
import { drawReportInto } from './report.js'

const ask = (path) => fetch(`/_/api/${path}`).then((response) => response.json())
let chosenEmail
let chosenLead

const drawClock = async () => {
  const { nowMs, next } = await ask('clock')
  byId('now').textContent = `${time(nowMs)} UTC`
  byId('next').textContent = next ? `next: ${next.label}, ${time(next.atMs)}` : 'nothing is planned'
}

const drawInbox = async () => {
  const emails = await ask('inbox')
  byId('inbox-count').textContent = emails.length || ''
  if (!isNew('inbox', emails, chosenEmail)) return
  redraw(
    byId('emails'),
    emails.slice(0, 500).map(({ messageId, subject, to, sentAtMs, purpose }) =>
      make(
        'li',
        {},
        make(
          'button',
          {
            id: `email-${messageId}`,
            onclick: () => openEmail(messageId),
            ...(messageId === chosenEmail && { 'aria-current': 'true' }),
          },
          subject,
          make('span', { className: 'sub' }, `${to} · ${time(sentAtMs)} · ${purpose}`),
        ),
      ),
    ),
  )
}

const openEmail = async (messageId) => {
  chosenEmail = messageId
  const email = await ask(`email/${messageId}`)
  byId('email').replaceChildren(
    make('h3', {}, email.subject),
    make(
      'dl',
      {},
      ...[
        ['from', email.from],
        ['to', email.destination.to.join(', ')],
        ['cc', email.destination.cc.join(', ')],
        ['bcc', email.destination.bcc.join(', ')],
        ['reply to', email.replyTo.join(', ')],
        ['attached', email.attachments.map(({ fileName }) => fileName).join(', ')],
        ['sent', time(email.sentAtMs)],
        ...Object.entries(email.headers),
      ]
        .filter(([, value]) => value !== '')
        .flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
    ),
    make('iframe', { src: `/_/api/email/${messageId}.html`, title: email.subject }),
    make('details', {}, make('summary', {}, 'Plain text'), make('pre', {}, email.text)),
  )
  await drawInbox()
}

const drawLeads = async () => {
  const leads = await ask('leads')
  byId('leads-count').textContent = leads.length || ''
  if (!isNew('leads', leads, chosenLead)) return
  redraw(
    byId('lead-list'),
    leads.slice(0, 500).map((lead) =>
      make(
        'li',
        {},
        make(
          'button',
          {
            id: `lead-${lead.id}`,
            onclick: () => openLead(lead.id),
            ...(lead.id === chosenLead && { 'aria-current': 'true' }),
          },
          make('span', { className: 'score' }, points(lead.scoreHundredths)),
          lead.email,
          make('span', { className: 'sub' }, stageLabel(lead.stage), ` ${lead.source}`),
        ),
      ),
    ),
  )
}

/** Some stages are stored under names that say less. */
const stageNames = { exhausted: 'finished', suppressed: 'do not email' }

const stageLabel = (stage) => make('span', { className: `stage ${stage}` }, stageNames[stage] ?? stage)

const openLead = async (id) => {
  chosenLead = id
  const { summary, facts, score, ways, chance } = await ask(`lead/${id}`)
  const { nextTouch, appointment } = summary
  byId('lead').replaceChildren(
    make('h3', {}, summary.email, ' ', stageLabel(summary.stage)),
    make(
      'p',
      { className: 'hint' },
      nextTouch
        ? `Next: ${nextTouch.step} of ${nextTouch.enrolment}, ${time(nextTouch.dueAtMs)} UTC, on the ${appointment?.on}`
        : appointment
          ? `No email is planned; the lead is looked at again ${time(appointment.atMs)} UTC, when its points have changed.`
          : 'Nothing more is planned.',
    ),
    make('h4', {}, `Score ${points(score.totalHundredths)}`),
    score.lines.length === 0
      ? make('p', { className: 'empty' }, 'No rule gives it points yet.')
      : table(
          ['points', 'why', 'because', 'falls below 0.5 on'],
          score.lines.map(({ hundredths, reason, because, fadesAtMs }) => [
            points(hundredths),
            make('span', {}, reason),
            make('span', {}, because),
            fadesAtMs ? date(fadesAtMs) : '',
          ]),
        ),
    ...(chance === undefined
      ? []
      : [
          make('p', {}, `Of leads with this many points, about ${Math.round(100 * chance)} in 100 were won.`),
        ]),
    ...(hasLeftNurture(summary.stage)
      ? []
      : [
          make('h4', {}, 'What would qualify this lead'),
          make('ul', {}, ...waysText(ways, summary.stage).map((text) => make('li', {}, text))),
        ]),
    make('h4', {}, 'Facts'),
    table(
      ['when', 'fact', 'about'],
      facts.map((fact) => [time(fact.atMs), make('span', {}, fact.kind), make('code', {}, aboutText(fact))]),
    ),
  )
  await drawLeads()
}

/** What a fact is about, and what it says of that: "cost: variant promise", "depth: gentle", "open-hour: condition". */
const aboutText = (fact) => {
  const about = fact.step ?? fact.form ?? fact.source ?? fact.handOffId ?? fact.enrolment ?? ''
  const said = [
    fact.variant && `variant ${fact.variant}`,
    fact.kind === 'BRANCHED' && (fact.arm ?? 'no arm'),
    fact.reason ?? fact.bounce ?? fact.to ?? fact.link,
  ].filter(Boolean)
  return said.length > 0 ? `${about}: ${said.join(', ')}` : about
}

const drawQueues = async () => {
  const [queues, events, alarms] = await Promise.all([ask('queues'), ask('hand-offs'), ask('alarms')])
  const ringing = alarms.filter(({ isRinging }) => isRinging).map(({ description }) => description)
  if (!isNew('queues', queues, events, ringing)) return
  byId('alarms').replaceChildren(
    ringing.length === 0
      ? make('p', { className: 'empty' }, 'No alarm rings.')
      : table(
          ['alarms that ring'],
          ringing.map((description) => [make('span', { className: 'bad' }, description)]),
        ),
  )
  const dead = queues
    .filter(({ isDeadLetters }) => isDeadLetters)
    .reduce((sum, { messages }) => sum + messages.length, 0)
  byId('queues-count').textContent = dead ? `${dead} dead` : ''
  byId('queue-list').replaceChildren(
    table(
      ['queue', 'messages'],
      queues.map(({ id, messages, isDeadLetters }) => [
        make('span', { className: isDeadLetters && messages.length ? 'bad' : '' }, id),
        messages.length,
      ]),
    ),
    ...queues
      .filter(({ isDeadLetters, messages }) => isDeadLetters && messages.length)
      .map(({ id, messages }) =>
        make(
          'div',
          { className: 'card' },
          make('h3', { className: 'bad' }, id),
          ...messages
            .slice(0, 20)
            .map(({ body, receiveCount }) => make('pre', {}, `received ${receiveCount} times: ${body}`)),
        ),
      ),
    make('button', { onclick: () => act('redrive'), disabled: dead === 0 }, 'Send dead letters back'),
  )
  byId('hand-offs').replaceChildren(
    events.length === 0
      ? make('p', { className: 'empty' }, 'No lead is ready yet.')
      : table(
          ['when', 'lead', 'points'],
          events
            .toReversed()
            .map(({ atMs, detail }) => [time(atMs), make('span', {}, detail.email), detail.score]),
        ),
  )
}

const drawReport = async () => drawReportInto(byId('report-body'), await ask('report'))

const drawBill = async () => {
  const { lines, totals, emails, stored, monthly, monthlyDollars, pricesText } = await ask('bill')
  const count = (quantity) => quantity.toLocaleString('en', { maximumSignificantDigits: 3 })
  const rows = (some) =>
    some.map(({ component, what, quantity, dollars }) => [
      make('span', {}, `${component}: ${what}`),
      quantity < 100 ? count(quantity) : Math.round(quantity).toLocaleString('en'),
      money(dollars),
    ])
  const head = (text) => [make('strong', {}, text), '', '']
  const money = (dollars) => `$${dollars.toFixed(5)}`
  byId('bill-body').replaceChildren(
    make('p', { className: 'hint' }, `What AWS would have charged, at ${pricesText}.`),
    table(
      ['component', 'quantity', 'dollars'],
      [
        ...rows(lines),
        ...totals.map(({ plan, dollars }) => [
          make('strong', {}, `In all, with ${plan}`),
          `${emails} email${emails === 1 ? '' : 's'}`,
          money(dollars),
        ]),
        head('Each month, for what the table holds'),
        ...rows(stored),
        head('Each month, whether or not a lead comes'),
        ...rows(monthly),
        [make('strong', {}, 'An idle month'), '', money(monthlyDollars)],
      ],
    ),
  )
}

const sections = {
  form: () => drawWays(byId('ways')),
  inbox: drawInbox,
  leads: drawLeads,
  queues: drawQueues,
  report: drawReport,
  bill: drawBill,
}

const current = () => (location.hash.slice(1) in sections ? location.hash.slice(1) : 'form')

const show = async () => {
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== current()
  for (const link of document.querySelectorAll('nav a'))
    if (link.hash === `#${current()}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  await sections[current()]()
}

const refresh = async () => {
  await drawClock()
  await Promise.all([drawInbox(), drawLeads(), drawQueues()])
  if (current() === 'report' || current() === 'bill') await sections[current()]()
}

const act = async (path) => {
  const buttons = document.querySelectorAll('.turn button')
  for (const button of buttons) button.disabled = true
  try {
    await fetch(`/_/api/${path}`, { method: 'POST', headers: { 'x-ripen-console': 'yes' } })
  } finally {
    for (const button of buttons) button.disabled = false
    await refresh()
    if (chosenLead) await openLead(chosenLead)
  }
}

byId('day').onclick = () => act('clock/day')
byId('end').onclick = () => act('clock/end')
addEventListener('hashchange', show)
await show()
await refresh()
setInterval(() => refresh().catch(() => (byId('next').textContent = 'the pipeline does not answer')), 4000)
