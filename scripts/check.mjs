// Layers, manifests, lint, format and types: everything that can be known without running a test.
import { runChecks } from './checks/checks.mjs';

const { failed } = await runChecks(console.log);
process.exitCode = failed === 0 ? 0 : 1;
