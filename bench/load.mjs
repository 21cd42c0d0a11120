// What many tasks at once do: ten thousand in the queue, fifty at work on one worker, and whether questions take longer the more tasks there are.
//
//   npm run build && node bench/load.mjs [sizes] [queue] [work] [flat] [--tasks 10000] [--posted 10000] [--ended 100] [--levels 1,5,10,25,50] [--turns 10] [--each 2] [--rounds 30]
//   Without a name all of them. Ends with 1 when something was lost, done twice, or grew.
import { parseArgs } from 'node:util';
import { flat } from './load/flat.mjs';
import { queue } from './load/queue.mjs';
import { sizes } from './load/sizes.mjs';
import { work } from './load/work.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tasks: { type: 'string', default: '10000' },
    posted: { type: 'string', default: '10000' },
    ended: { type: 'string', default: '100' },
    levels: { type: 'string', default: '1,5,10,25,50' },
    turns: { type: 'string', default: '10' },
    each: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '30' },
  },
});
const isAsked = (part) => positionals.length === 0 || positionals.includes(part);
const problems = [];
if (isAsked('sizes')) problems.push(...(await sizes()));
if (isAsked('queue'))
  problems.push(
    ...(await queue({
      tasks: Number(values.tasks),
      posted: Math.min(Number(values.posted), Number(values.tasks)),
      ended: Number(values.ended),
    })),
  );
if (isAsked('work'))
  problems.push(...(await work({ levels: values.levels.split(',').map(Number), turns: Number(values.turns), each: Number(values.each) })));
if (isAsked('flat')) for (const kind of ['ended', 'open']) problems.push(...(await flat(kind, Number(values.rounds))));
console.log(problems.length === 0 ? '\nnothing lost, nothing twice, nothing grew' : `\nmissed: ${problems.join('; ')}`);
process.exitCode = problems.length === 0 ? 0 : 1;
