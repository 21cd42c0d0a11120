// Prints the diagram of a task's states from the table the product itself obeys: `node scripts/print-states.mjs`.
// docs/ARCHITECTURE.md holds what it prints, and a test checks that it still does.
import { isSettled, NEXT } from '../packages/core/dist/index.js';

const label = (state) => (!isSettled(state) ? '' : state === 'finished' ? ' : a message continues it' : ' : explicit retry or message');
const lines = Object.entries(NEXT).flatMap(([from, following]) => following.map((to) => `  ${from} --> ${to}${label(from)}`));
const ends = Object.keys(NEXT).filter(isSettled);

console.log(['stateDiagram-v2', '  [*] --> queued', ...lines, ...ends.map((state) => `  ${state} --> [*]`)].join('\n'));
