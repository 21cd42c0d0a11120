// @tars/safety: whether a shell line may run unasked.
export { classify } from './classify.js';
export { type Survey, survey } from './survey.js';
export type { Context, Facts, Kind, Purpose, Verdict } from './verdict.js';
