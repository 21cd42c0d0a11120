export { findSandbox, type SandboxFound } from './shell/sandbox-test.js';
export { startWorker, type Worker } from './worker.js';
