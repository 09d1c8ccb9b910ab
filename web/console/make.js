/** Elements for the console page. */

/** An element with properties and children. */
export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties))
    if (name in element) element[name] = value
    else element.setAttribute(name, value)
  element.append(...children)
  return element
}
