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
export { BridgeSettingsError } from './settings-error.js';

/**
 * Opens the way to the background tasks. Resolves also while Redis is away: calls then answer that the system is not
 * available, and work again once Redis is back. Throws `BridgeSettingsError` (code `settings`) with every problem of the settings.
 */
export async function createTarsBridge(options: BridgeOptions): Promise<TarsBridge> {
  const { openBridge } = await import('./bridge.js');
  return openBridge(options);
}
