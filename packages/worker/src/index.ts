export { findSandbox, type SandboxFound } from './shell/sandbox-test.js';
export { type Kept, lookAtKept } from './supervisor/kept-folders.js';
export { startWorker, type Worker } from './worker.js';
