export { HealthPortError, type HealthQuestions, openHealth } from './open-health.js';
export { createProcessFigures } from './process-figures.js';
export { EXIT, type Part, type ProcessStart, runProcess } from './run-process.js';
