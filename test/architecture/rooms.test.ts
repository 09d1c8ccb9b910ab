import { expect, test } from 'vitest'
import { ownImportsOf, productFiles, textOf } from './product-files.ts'
import { allows, roomOf, rooms, roomsOpenedBy } from './rooms.ts'
import { withRoomsTable } from './rooms-table.ts'

/** Every import that leaves its room, as `from` and `to`. */
const crossings = productFiles.flatMap((from) =>
  ownImportsOf(from)
    .map((to) => ({ from, to }))
    .filter(({ to }) => roomOf(from) !== roomOf(to)),
)

test('every file of the product lives in a room', () => {
  expect(productFiles.filter((path) => !roomOf(path))).toEqual([])
})

test('every room has files', () => {
  expect(rooms.filter((room) => !productFiles.some((path) => roomOf(path) === room))).toEqual([])
})

test('a file imports only what its room may', () => {
  const forbidden = crossings.filter(
    ({ from, to }) => !roomOf(from)?.mayImport.some((entry) => allows(entry, to)),
  )
  expect(forbidden).toEqual([])
})

test('a room may import only what one of its files does import', () => {
  const unused = rooms.flatMap((room) =>
    room.mayImport
      .filter((entry) => !crossings.some(({ from, to }) => roomOf(from) === room && allows(entry, to)))
      .map((entry) => `${room.folder} -> ${entry}`),
  )
  expect(unused).toEqual([])
})

test('no room can be reached from itself', () => {
  const opened = new Map(
    rooms.map(({ folder, mayImport }) => [
      folder,
      mayImport.flatMap(roomsOpenedBy).filter((other) => other !== folder),
    ]),
  )
  const reachable = (folder: string, seen = new Set<string>()): Set<string> => {
    for (const next of opened.get(folder) ?? [])
      if (!seen.has(next)) {
        seen.add(next)
        reachable(next, seen)
      }
    return seen
  }
  expect(rooms.map(({ folder }) => folder).filter((folder) => reachable(folder).has(folder))).toEqual([])
})

test('docs/architecture.md shows the rooms as this rule has them; npm run docs:rooms writes them there', () => {
  const page = textOf('docs/architecture.md')
  expect(page).toBe(withRoomsTable(page))
})
