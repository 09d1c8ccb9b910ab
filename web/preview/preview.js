/** The preview page: asks what the campaign is, shows the chosen email to the chosen person, and follows every change. */
import { byId, isNew, make, redraw } from '../console/drawing.js'
import { drawList } from './list.js'
import { drawFacts, drawPanes } from './panes.js'

const ask = async (path) => {
  const response = await fetch(path)
  return response.ok ? response.json() : undefined
}

const views = ['all', 'desktop', 'phone', 'dark', 'text']

/** What is chosen stands in the page's address: it outlives a reload, and can be sent to a colleague on this machine. */
const readChoice = () => {
  const given = new URLSearchParams(location.hash.slice(1))
  const view = given.get('view')
  return {
    place: given.get('place') ?? '',
    lead: given.get('lead') ?? '',
    // Where there is room for one pane only, a phone's is the one that fits.
    view: views.includes(view) ? view : matchMedia('(max-width: 60rem)').matches ? 'phone' : 'all',
  }
}
let choice = readChoice()
let campaign
let asked = 0

const placesOf = ({ sequences, confirmations, drafts }) => [
  ...sequences.flatMap(({ steps }) =>
    steps
      .flatMap((step) => (step.kind === 'branch' ? step.arms.flatMap((arm) => arm.steps) : [step]))
      .flatMap(({ emails }) => emails),
  ),
  ...confirmations,
  ...drafts,
]

const choose = async (change) => {
  choice = { ...choice, ...change }
  history.replaceState(null, '', `#${new URLSearchParams(choice)}`)
  if ('place' in change) openList(false)
  drawChoice()
  await drawEmail()
}

/** What was chosen and is no longer there gives way to the first of its kind. */
const settleChoice = () => {
  if (!campaign?.overview) return
  const places = placesOf(campaign.overview).map(({ place }) => place)
  const people = campaign.people.flatMap((group) => group.people).map(({ id }) => id)
  choice = {
    ...choice,
    place: places.includes(choice.place) ? choice.place : (places[0] ?? ''),
    lead: people.includes(choice.lead) ? choice.lead : (people[0] ?? ''),
  }
}

const drawChoice = () => {
  if (!campaign?.overview) return
  const { overview, people } = campaign
  if (isNew('list', overview, choice.place))
    redraw(
      byId('list'),
      drawList(overview, choice.place, (place) => choose({ place })),
    )
  const select = byId('lead')
  if (isNew('people', people))
    select.replaceChildren(
      ...people.map(({ group, people: ones }) =>
        make(
          'optgroup',
          { label: group },
          ...ones.map(({ id, name }) => make('option', { value: id }, name)),
        ),
      ),
    )
  select.value = choice.lead
  for (const radio of document.querySelectorAll('[name=view]')) radio.checked = radio.value === choice.view
}

const drawEmail = async () => {
  asked += 1
  const mine = asked
  const query = new URLSearchParams({ place: choice.place, lead: choice.lead })
  const email = choice.place ? await ask(`/api/email?${query}`) : undefined
  // Somebody has chosen another one meanwhile.
  if (mine !== asked) return
  byId('empty').hidden = email !== undefined
  byId('shown').hidden = email === undefined
  if (!email) return
  const { place, timing, subject, preheader } = email
  byId('kicker').textContent = `${place.replaceAll('/', ' / ')} · emails/${email.email}.md`
  byId('subject').textContent = subject
  byId('timing').textContent = timing
  byId('face').textContent = campaign.senderName.slice(0, 1)
  byId('sender').textContent = campaign.senderName
  byId('inbox-subject').textContent = subject
  byId('preheader').textContent = preheader
  byId('dark-note').hidden = email.hasDarkRules
  byId('email-advice').hidden = email.advice.length === 0
  byId('email-advice-list').replaceChildren(...tell(email.advice, (line) => `line ${line}`))
  document.title = `${subject} · preview`
  drawFacts(email)
  drawPanes(choice.view, `${query}&version=${campaign.version}`, email.text, (url) =>
    tellWhere(url, email.links),
  )
}

const tell = (told, placeOf = (line, file) => `${file}:${line}`) =>
  told.map(({ file, line, problem, fix }) =>
    make(
      'li',
      {},
      make('code', {}, placeOf(line, file)),
      make('span', {}, `${problem} `, make('em', {}, fix)),
    ),
  )

const drawProblems = () => {
  const { problems, advice, isStale } = campaign
  if (!isNew('problems', problems, advice, isStale)) return
  byId('advice').hidden = advice.length === 0
  byId('advice-title').textContent =
    `${advice.length === 1 ? 'One thing' : `${advice.length} things`} could be better in what emails share`
  byId('advice-list').replaceChildren(...tell(advice))
  byId('problems').hidden = problems.length === 0
  const many = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
  byId('problems-title').textContent = !isStale
    ? `${many} in the leads to look as. The emails are as the files say.`
    : campaign.overview
      ? `${many} in the campaign. Below is the last version without any.`
      : `${many} in the campaign. Correct them, and the emails appear here.`
  byId('problem-list').replaceChildren(...tell(problems))
}

/** A link in an email does nothing but say where it leads. */
const tellWhere = (url, links) => {
  const isPersonal = links.some((link) => link.url === url && link.isPersonal)
  byId('where').replaceChildren(
    make(
      'p',
      {},
      isPersonal ? 'This link is made for each person; it has no effect here.' : 'This link leads to ',
      ...(isPersonal ? [] : [make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, url)]),
    ),
    make('button', { type: 'button', onclick: () => byId('where').replaceChildren() }, 'Close'),
  )
}

const openList = (isOpen) => {
  byId('list').classList.toggle('is-open', isOpen)
  byId('toggle').setAttribute('aria-expanded', String(isOpen))
}

const refresh = async () => {
  campaign = await ask('/api/campaign')
  settleChoice()
  byId('campaign').textContent = campaign.name ?? campaign.folder
  drawProblems()
  drawChoice()
  byId('status').textContent = campaign.isStale ? 'Waits for a correction.' : `Follows ${campaign.folder}.`
  byId('status').classList.toggle('is-bad', campaign.isStale)
  await drawEmail()
  document.body.dataset.version = campaign.version
}

byId('lead').onchange = ({ target }) => choose({ lead: target.value })
byId('toggle').onclick = () => openList(byId('toggle').getAttribute('aria-expanded') !== 'true')
for (const radio of document.querySelectorAll('[name=view]'))
  radio.onchange = () => choose({ view: radio.value })
addEventListener('hashchange', () => {
  choice = readChoice()
  settleChoice()
  drawChoice()
  drawEmail()
})
byId('list').onkeydown = (event) => {
  const entries = [...byId('list').querySelectorAll('.entry')]
  const at = entries.indexOf(document.activeElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key]
  if (to === undefined || at < 0 || !entries[to]) return
  event.preventDefault()
  entries[to].focus()
  entries[to].click()
}

/** The first word comes at once, and each time the connection is made again. */
const events = new EventSource('/events')
let known
events.onmessage = async ({ data }) => {
  if (data === known) return
  known = data
  await refresh()
}
events.onerror = () => {
  known = undefined
  byId('status').textContent = 'The preview has stopped. Start it again, and this page goes on.'
  byId('status').classList.add('is-bad')
}
