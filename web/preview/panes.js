/** Draws one email: its panes at true width, scaled where the window is narrower, and what stands in its headers and links. */
import { byId, make } from '../console/drawing.js'

const views = {
  all: [
    ['Desktop', 640, 'light'],
    ['Phone', 375, 'light'],
    ['Desktop in the dark', 640, 'dark'],
    ['Phone in the dark', 375, 'dark'],
  ],
  desktop: [['Desktop', 640, 'light']],
  phone: [
    ['Phone', 375, 'light'],
    ['Small phone', 320, 'light'],
  ],
  dark: [
    ['Desktop in the dark', 640, 'dark'],
    ['Phone in the dark', 375, 'dark'],
  ],
}

let drawnView

/** Panes of the same view stay where they are, and only load again: nothing jumps under the reader's eyes. */
export const drawPanes = (view, query, text, onLink) => {
  const panes = byId('panes')
  if (view === 'text') {
    panes.replaceChildren(
      make('pre', { className: 'text', tabIndex: 0, role: 'region', ariaLabel: 'Plain text' }, text),
    )
  } else {
    if (drawnView !== view) panes.replaceChildren(...views[view].map((given) => pane(given, onLink)))
    for (const frame of panes.querySelectorAll('iframe')) {
      const address = `/email?${query}&colours=${frame.dataset.colours}`
      frame.contentWindow.location.replace(address)
    }
  }
  panes.dataset.view = view
  drawnView = view
}

const pane = ([name, width, colours], onLink) => {
  const frame = make('iframe', {
    title: `${name}, ${width} pixels`,
    // Same origin lets this page measure it and read its links; scripts stay forbidden.
    sandbox: 'allow-same-origin',
    width: String(width),
    height: '480',
  })
  frame.dataset.colours = colours
  const scale = make('span', { className: 'scale' })
  const box = make('div', { className: 'box' }, frame)
  const figure = make(
    'figure',
    { className: `pane ${width < 600 ? 'phone' : 'desktop'}` },
    make('figcaption', {}, make('strong', { className: 'pane-name' }, name), ` ${width} px`, scale),
    box,
  )
  figure.style.setProperty('--width', `${width}px`)
  const measure = () => {
    const body = frame.contentDocument?.body
    if (!body) return
    const factor = Math.min(1, box.clientWidth / width)
    frame.style.transform = factor < 1 ? `scale(${factor})` : ''
    frame.height = String(
      Math.max(120, Math.ceil(Math.max(body.scrollHeight, body.getBoundingClientRect().bottom))),
    )
    box.style.height = `${Math.ceil(Number(frame.height) * factor)}px`
    scale.textContent = factor < 1 ? `, shown at ${Math.round(factor * 100)} %` : ''
  }
  const resized = new ResizeObserver(measure)
  resized.observe(box)
  frame.addEventListener('load', () => {
    const page = frame.contentDocument
    if (!page?.body) return
    figure.classList.add('is-loaded')
    // Pictures that come late make it longer.
    new ResizeObserver(measure).observe(page.body)
    measure()
    page.addEventListener('click', (event) => {
      const link = event.target.closest?.('a[href]')
      if (!link) return
      event.preventDefault()
      onLink(link.getAttribute('href'))
    })
  })
  return figure
}

export const drawFacts = ({
  headers,
  tags,
  links,
  htmlBytes,
  textBytes,
  clippedAboveBytes,
  subject,
  preheader,
}) => {
  byId('headers').replaceChildren(
    ...headers.flatMap(([name, value]) => [
      make('dt', {}, name),
      make(
        'dd',
        {},
        value,
        ...(name === 'Subject'
          ? [make('span', { className: 'count' }, ` ${length(subject)} characters`)]
          : []),
      ),
    ]),
  )
  byId('tags').replaceChildren(
    ...tags.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]),
  )
  byId('links').replaceChildren(
    ...(links.length === 0
      ? [make('li', {}, 'None.')]
      : links.map((link) => make('li', {}, ...linkLine(link)))),
  )
  byId('lengths').textContent =
    `Subject ${length(subject)} characters, preheader ${length(preheader)}. Phones show about 40 of the first and 90 of the second.`
  const share = htmlBytes / clippedAboveBytes
  byId('size').replaceChildren(
    make(
      'p',
      {},
      make('strong', {}, kilobytes(htmlBytes)),
      ` of the ${kilobytes(clippedAboveBytes)} after which Gmail cuts an email off; plain text ${kilobytes(textBytes)}.`,
    ),
    make('meter', {
      min: 0,
      max: 1,
      high: 0.8,
      optimum: 0,
      value: Math.min(1, share),
      ariaLabel: 'Share of Gmail’s limit',
    }),
    make('p', { className: 'note' }, 'SES lengthens each link to count clicks: leave it some room.'),
  )
}

const linkLine = ({ text, url, isPersonal, isGoal }) => [
  make('span', {}, text || 'A link without words'),
  ...(isGoal ? [' ', make('strong', { className: 'goal' }, 'the goal')] : []),
  isPersonal
    ? make('span', { className: 'url' }, 'made for each person, and without effect here')
    : make('a', { className: 'url', href: url, target: '_blank', rel: 'noopener noreferrer' }, url),
]

/** As people count, not as computers do. */
const length = (text) => [...new Intl.Segmenter('en').segment(text)].length
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`
