/** How far something long is, and how it is stopped. */
export interface Progress {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** What a learning that was cancelled fails with. */
export const CANCELLED = 'Learning was cancelled.'
