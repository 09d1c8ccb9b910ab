/** A campaign folder on disk. Each of its files is read once, however many parts of the campaign name it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export class CampaignFolder {
  readonly #path: string
  readonly #texts = new Map<string, string | undefined>()

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Without a byte-order mark, lines ending in "\n"; absent where there is no such file, or none that can be read.
   */
  text(file: string): string | undefined {
    if (!this.#texts.has(file)) this.#texts.set(file, this.#textOnDisk(file))
    return this.#texts.get(file)
  }

  /** What lies in one of its folders, by name; nothing where there is no such folder. */
  namesIn(folder: string): string[] {
    const path = join(this.#path, folder)
    return existsSync(path) ? readdirSync(path).sort() : []
  }

  #textOnDisk(file: string): string | undefined {
    try {
      return readFileSync(join(this.#path, file), 'utf8')
        .replace(/^\uFEFF/, '')
        .replaceAll('\r\n', '\n')
    } catch {
      return undefined
    }
  }
}
