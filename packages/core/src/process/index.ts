export { EXIT, type Part, type ProcessStart, runProcess } from './run-process.js';
