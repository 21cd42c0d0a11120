// tars resume: a paused task goes on where it stopped.
import { wish } from './wish.js';

export const resume = wish('resume', 'resume_coding_task', [
  'A paused task goes on where it stopped, as soon as a worker has a place for it.',
]);
