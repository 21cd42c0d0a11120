// tars-bridge: what TARS' main process imports. Importing it starts nothing and reads nothing; the rest is loaded on creation.
import type { TarsBridge } from './bridge.js';
import type { BridgeOptions } from './options.js';

export type { FunctionAnswer, TaskView } from '@tars/core';
export type { Voice } from '@tars/notifier';
export type { CallOptions, TarsBridge } from './bridge.js';
export type { DeclarationFormat, DeclarationOf } from './declarations/formats.js';
export type { EmbeddedPart } from './embed/embedded.js';
export type { BridgeEvent, EventsOptions } from './events/follow.js';
export type { Heard } from './hear.js';
export type { BridgeOptions } from './options.js';
export { PartMissingError } from './package-bin.js';
export { BridgeSettingsError } from './settings-error.js';

/**
 * Opens the way to the background tasks. Resolves also while Redis is away: calls then answer that the system is not
 * available, and work again once Redis is back. Throws `BridgeSettingsError` (code `settings`) with every problem of the settings,
 * and `PartMissingError` (code `part_missing`) when it is to run a worker whose package is not installed.
 */
export async function createTarsBridge(options: BridgeOptions): Promise<TarsBridge> {
  const { openBridge } = await import('./bridge.js');
  return openBridge(options);
}
