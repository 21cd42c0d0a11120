// tars pause: the running step ends, nothing new begins.
import { wish } from './wish.js';

export const pause = wish('pause', 'pause_coding_task', [
  'The command that runs may end; then nothing of the task runs and no time is used until `tars resume <id>`.',
  'What waits for a code or an answer goes on waiting, without its time running out.',
]);
