// The layer check alone: `node scripts/check-layers.mjs [root]` prints what breaks the table and exits 1.
import { layerProblems } from './checks/layers.mjs';
import { ROOT } from './workspace.mjs';

const problems = layerProblems(process.argv[2] ?? ROOT);
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'Every import keeps to the layers.' : `${problems.length} imports or manifests break the layers.`);
process.exitCode = problems.length === 0 ? 0 : 1;
