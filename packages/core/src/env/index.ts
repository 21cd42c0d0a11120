export { type Config, type ParsedConfig, parseConfig, type RedisConfig } from './config.js';
export { EnvFileError, readEnvFiles } from './env-files.js';
export { envExample, envFileText } from './example.js';
export { missingCodeSetting } from './missing-code.js';
export { printProblems } from './problems.js';
export type { Env } from './setting.js';
export { SECTIONS as SETTING_SECTIONS } from './settings.js';
export {
  inspectSigningKeys,
  loadPublicKey,
  loadSigningKeys,
  SigningKeyError,
  type SigningKeyState,
  type SigningKeys,
} from './signing-keys.js';
export { ensureStateDir, stateDir } from './state-dir.js';
