// Everything of TARS in and below this process, for `up` and `run`.
import { captureConsole } from '@tars/core/log';
import type { Begun } from '../embed/ahead.js';
import { type Opened, openEmbedded } from '../embed/embedded.js';
import { logOf } from './log.js';
import type { Settings } from './settings.js';

type Composing = { begun: Begun; withoutApi?: (why: string) => string };

/** Resolves once tasks can be handed over; what was begun is gone when it cannot. */
export async function compose({ env, config, warnings }: Settings, more: Composing): Promise<Opened> {
  const logger = logOf(config);
  captureConsole(logger);
  const opened = await openEmbedded({ ...more, env, config, endpoint: null, parts: ['api', 'notifier', 'worker'], logger });
  return {
    ...opened,
    async up() {
      const said = await opened.up();
      return { ...said, warnings: [...warnings, ...said.warnings] };
    },
  };
}
