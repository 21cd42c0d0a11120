// tars retry: what did not succeed is tried again from where it stood.
import { wish } from './wish.js';

export const retry = wish('retry', 'retry_coding_task', [
  'For a task that failed, ran out of time or was cancelled: it goes on from where it stood, with the limits set now and nothing of them used.',
  'A finished task is continued with `tars tell <id> "<message>"`.',
]);
