/** Draws the list of emails: each sequence as a line of days with its waits, windows, conditions and branches. */
import { make } from '../console/drawing.js'

/** Entries with the keyboard's order; `choose` gets a place. */
export const drawList = (overview, chosen, choose) => [
  ...overview.sequences.map(({ id, about, steps }) =>
    part(
      `Sequence ${id}`,
      about,
      make(
        'ol',
        { className: 'flow' },
        ...steps.map((step) =>
          step.kind === 'branch' ? branch(step, chosen, choose) : stop(step, chosen, choose),
        ),
      ),
    ),
  ),
  ...plain('Confirmation', [], overview.confirmations, chosen, choose),
  ...plain(
    'In no sequence',
    ['Nobody gets these until a step or a form asks for them.'],
    overview.drafts,
    chosen,
    choose,
  ),
]

const part = (title, about, ...content) =>
  make(
    'section',
    {},
    make('h2', {}, title),
    ...about.map((line) => make('p', { className: 'about' }, line)),
    ...content,
  )

const plain = (title, about, emails, chosen, choose) =>
  emails.length === 0
    ? []
    : [
        part(
          title,
          about,
          make(
            'ul',
            { className: 'plain' },
            ...emails.map((email) => make('li', {}, entry(email, [email.note], chosen, choose))),
          ),
        ),
      ]

const stop = ({ day, wait, window, when, emails }, chosen, choose) => {
  const timing = [wait, window, when && `only if ${when}`].filter(Boolean)
  return make(
    'li',
    { className: 'stop' },
    make('span', { className: 'day' }, make('span', { className: 'aside' }, 'about '), `day ${day}`),
    emails.length > 1
      ? make(
          'div',
          { className: 'test' },
          make('p', { className: 'about' }, `A test of ${emails.length} variants`),
          ...timing.map((line) => make('p', { className: 'about' }, line)),
          ...emails.map((email) => entry(email, [email.note], chosen, choose)),
        )
      : make('div', {}, ...emails.map((email) => entry(email, timing, chosen, choose))),
  )
}

const branch = ({ id, wait, arms }, chosen, choose) =>
  make(
    'li',
    { className: 'branch' },
    make('p', { className: 'fork' }, make('strong', {}, `Branch ${id}`), ` ${wait}`),
    make(
      'ul',
      { className: 'arms' },
      ...arms.map(({ id: arm, when, end, steps }) =>
        make(
          'li',
          { className: 'arm' },
          make('p', { className: 'about' }, make('strong', {}, arm), when ? `: if ${when}` : ': all others'),
          ...(steps.length > 0
            ? [make('ol', { className: 'flow' }, ...steps.map((step) => stop(step, chosen, choose)))]
            : [make('p', { className: 'about' }, 'No email.')]),
          ...(end ? [make('p', { className: 'about end' }, `… ${end}.`)] : []),
        ),
      ),
    ),
  )

const entry = ({ place, subject, advice }, notes, chosen, choose) =>
  make(
    'button',
    {
      type: 'button',
      id: `place-${place}`,
      className: 'entry',
      onclick: () => choose(place),
      ...(place === chosen && { 'aria-current': 'true' }),
    },
    make('span', { className: 'title' }, subject),
    ...notes.filter(Boolean).map((note) => make('span', { className: 'sub' }, note)),
    ...(advice > 0
      ? [
          make(
            'span',
            { className: 'sub hint' },
            advice === 1 ? 'one thing could be better' : `${advice} things could be better`,
          ),
        ]
      : []),
  )
