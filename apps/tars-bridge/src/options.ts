// What a host says when it asks for a bridge, and the settings that follow from it.
import { type Config, type Env, parseConfig } from '@tars/core/env';
import type { Voice } from '@tars/notifier';
import type { EmbeddedPart } from './embed/embedded.js';
import { binOf } from './package-bin.js';
import { BridgeSettingsError } from './settings-error.js';

export type BridgeOptions = {
  /** The settings, usually `process.env`. Files are the host's to read (`process.loadEnvFile()`). */
  env?: Env;
  /** In place of `env`: settings already parsed. */
  config?: Config;
  /** The host's calls. With it, confirmation requests and endings are spoken while a call is active. */
  voice?: Voice;
  /** What to run on the host's behalf: api and notifier in this process, the worker as a child. Default none. */
  embed?: readonly EmbeddedPart[];
  /** Start a Redis of the bridge's own instead of looking for one. Default false. */
  privateRedis?: boolean;
  /** The project that is open on the host's side: used when a goal names none. */
  currentProject?: () => string | null;
  /** How the user is addressed: "sir" unless told otherwise, '' for not at all. */
  persona?: string;
};

export function settingsOf({ env, config, embed = [] }: BridgeOptions): { config: Config; warnings: string[] } {
  if (config !== undefined && env === undefined && embed.includes('worker')) {
    throw new BridgeSettingsError([
      'Embedding the worker takes `env` beside `config`: the worker is a process with an environment of its own.',
    ]);
  }
  // Said now, and not with every try to bring it up.
  if (embed.includes('worker')) binOf('@tars/worker', 'tars-worker');
  if (config !== undefined) return { config, warnings: [] };
  const parsed = parseConfig(env ?? {});
  if (!parsed.ok) throw new BridgeSettingsError(parsed.problems);
  return parsed;
}
