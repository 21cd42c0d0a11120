export { captureConsole } from './capture-console.js';
export { createLogger, type LogFields, type LogFormat, type Logger, type LogLevel } from './logger.js';
