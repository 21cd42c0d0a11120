export { EXIT, runProcess, type Part, type ProcessStart } from './run-process.js';
