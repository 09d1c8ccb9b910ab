/** The console's form section: each of the three ways to put a form on a site, working, with the code to copy. */
import { make } from './drawing.js'

const snippetForm = 'guide'
const plainForm = 'newsletter'

/** Drawn once: what a visitor has typed stays when the page is turned to again. */
export const drawWays = async (place) => {
  if (place.hasChildNodes()) return
  const form = await servedForm(plainForm)
  const snippet = make('div', { className: 'snippet' })
  place.append(
    way(
      'The snippet',
      'One line of HTML. It draws the form where it stands, in the page’s own fonts and colours, and sends it without leaving the page.',
      [snippet],
      snippetCode(snippetForm),
    ),
    way(
      'Plain HTML',
      'Works without any script. You can leave out the line with the script; the visitor then clicks the button a second time.',
      [form],
      plainCode(form),
    ),
    way(
      'Its own page',
      'For a link in an email, a post or a poster. Nothing to embed.',
      [
        make(
          'p',
          {},
          ...[snippetForm, plainForm].map((id) =>
            make(
              'a',
              { href: `/forms/${id}`, target: '_blank', className: 'page-link' },
              `Open the page of ${id}`,
            ),
          ),
        ),
      ],
      `<a href="${location.origin}/forms/${snippetForm}">Get the guide</a>`,
    ),
  )
  // Last, when the plain form stands: the script helps those that it finds.
  const script = make('script', { src: '/embed.js' })
  script.dataset.form = snippetForm
  script.dataset.heading = 'none'
  snippet.append(script)
}

const way = (title, hint, content, code) =>
  make(
    'article',
    { className: 'card way' },
    make('h3', {}, title),
    make('p', { className: 'hint' }, hint),
    ...content,
    make('details', {}, make('summary', {}, 'The code to copy'), codeBlock(code)),
  )

const codeBlock = (code) => {
  const copy = make(
    'button',
    {
      type: 'button',
      onclick: async () => {
        await navigator.clipboard.writeText(code)
        copy.textContent = 'Copied'
      },
    },
    'Copy',
  )
  return make('div', {}, make('pre', { tabIndex: 0, className: 'code' }, code), copy)
}

/** As Ripen serves it on the form's own page; the answer opens beside this page. */
const servedForm = async (id) => {
  const page = await fetch(`/forms/${id}`).then((response) => response.text())
  const form = document.adoptNode(new DOMParser().parseFromString(page, 'text/html').querySelector('form'))
  form.target = '_blank'
  return form
}

/**
 * What holds on any page: whole addresses; no token, which is good for one visitor only; and no trap, which would be
 * seen where our style is missing.
 */
const plainCode = (served) => {
  const form = served.cloneNode(true)
  form.setAttribute('action', new URL(form.getAttribute('action'), location.href).href)
  for (const name of ['target', 'class', 'data-token', 'data-ripen-ready']) form.removeAttribute(name)
  for (const part of form.querySelectorAll('[name=token], .aside')) part.remove()
  return `${form.outerHTML.replace(/\n{2,}/g, '\n')}\n<script src="${location.origin}/embed.js" async></script>`
}

const snippetCode = (id) => `<script src="${location.origin}/embed.js" data-form="${id}" async></script>`
