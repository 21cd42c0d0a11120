// Tells a lost Redis from a mistake of ours.

/** True for an error that says Redis is away or not fit for work, and nothing about what was asked of it. */
export const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && /closed|offline|did not answer|ECONN|LOADING|READONLY|OOM/i.test(`${error.name} ${error.message}`);
