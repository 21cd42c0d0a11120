// What a host catches when its settings cannot be used.

/** The settings cannot be used; `problems` names every one of them and the way out. */
export class BridgeSettingsError extends Error {
  readonly code = 'settings';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
