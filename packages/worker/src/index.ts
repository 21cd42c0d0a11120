export { whyNoSandbox } from './shell/sandbox.js';
export { startWorker, type Worker } from './worker.js';
