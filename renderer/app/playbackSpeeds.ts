/** Speeds that a session which is not live is offered at. */
export const PLAYBACK_SPEEDS = [1, 5, 20, 60] as const
