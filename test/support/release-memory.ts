/** Releases in memory, with what the table promises of conditional writes, for functions that start one after the other. */
import type { Outline, StoredReleases } from '../../shared/contracts/releases.ts'
import type { Release } from '../../shared/domain/campaign.ts'

export class ReleaseMemory {
  #history: Readonly<Record<string, readonly Release[]>> = {}
  #inForce: Omit<StoredReleases, 'history'> = { versionInForce: undefined }

  get stored(): StoredReleases {
    return { history: this.#history, ...this.#inForce }
  }

  async read(_campaign: string): Promise<StoredReleases> {
    return this.stored
  }

  async add(_campaign: string, release: Release): Promise<void> {
    const { id } = release.sequence
    const known = this.#history[id] ?? []
    if (known.some(({ sinceMs }) => sinceMs === release.sinceMs)) return
    this.#history = {
      ...this.#history,
      [id]: [...known, release].toSorted((a, b) => a.sinceMs - b.sinceMs),
    }
  }

  async announce(
    _campaign: string,
    version: string,
    replaced: string | undefined,
    atMs: number,
    outline: Outline,
  ): Promise<boolean> {
    if (this.#inForce.versionInForce === version) return false
    this.#inForce = {
      versionInForce: version,
      ...(replaced !== undefined && { replaced: { version: replaced, atMs } }),
      outline,
    }
    return true
  }
}
