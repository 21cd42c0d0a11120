export type { Api, ApiDeps, ApiEnv, ApiSettings } from './api-env.js';
export { createApi } from './app.js';
export { type House, type HouseDeps, type HouseSettings, openHouse } from './house.js';
export type { McpFace } from './mcp/mcp-face.js';
export { serveMcp } from './mcp/serve.js';
export { ListenError, type StartedApi, startApi } from './start.js';
