/** How a process ends that tries to write what another is writing. */
export const ATTEMPT = { GOT_THE_LOCK: 10, WAS_LOCKED_OUT: 11, SEES_NOTHING: 12, FAILED: 13 } as const;
