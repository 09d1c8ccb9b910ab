/** How the console page draws: elements, tables, times, and lists that change only where there is something new. */
export const byId = (id) => document.getElementById(id)

/** An element with properties and children. */
export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties))
    if (name in element) element[name] = value
    else element.setAttribute(name, value)
  element.append(...children)
  return element
}

export const time = (atMs) =>
  new Date(atMs).toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  })
export const date = (atMs) =>
  new Date(atMs).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })

export const table = (head, rows) =>
  make(
    'div',
    { className: 'scroll' },
    make(
      'table',
      {},
      make(
        'thead',
        {},
        make(
          'tr',
          {},
          ...head.map((cell, column) =>
            make('th', { scope: 'col', className: rows[0]?.[column] instanceof Node ? 'text' : '' }, cell),
          ),
        ),
      ),
      make(
        'tbody',
        {},
        ...rows.map((row) =>
          make(
            'tr',
            {},
            ...row.map((cell) =>
              cell instanceof Node ? make('td', { className: 'text' }, cell) : make('td', {}, String(cell)),
            ),
          ),
        ),
      ),
    ),
  )

const drawn = {}

/** Whether a section has something new to show: what is redrawn under the pointer or the keyboard is lost to both. */
export const isNew = (section, ...shown) => {
  const text = JSON.stringify(shown)
  if (drawn[section] === text) return false
  drawn[section] = text
  return true
}

/** Replaces a list's entries; the keyboard stays on the entry it was on. */
export const redraw = (list, entries) => {
  const { id } = list.contains(document.activeElement) ? document.activeElement : {}
  list.replaceChildren(...entries)
  if (id) byId(id)?.focus()
}
