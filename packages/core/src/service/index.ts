export { EXIT, runService, type Service, type ServiceStart } from './run-service.js';
