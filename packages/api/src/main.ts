// The api as a process: one port open until told to stop, drained at the end.
import { parseArgs } from 'node:util';
import { runProcess } from '@tars/core/process';
import { openControl } from '@tars/core/redis';
import { startApi } from './start.js';

const { values: flags } = parseArgs({ options: { 'env-file': { type: 'string' } } });

await runProcess({
  name: 'api',
  envFile: flags['env-file'],
  async start({ config, endpoint, logger, reread }) {
    const control = await openControl({ config, endpoint, onError: (error) => logger.warn('Redis is away', { error }) });
    const api = await startApi({ ...control, config, logger }).catch(async (error: unknown) => {
      await control.close();
      throw error;
    });
    const stopAttending = control.confirmations.attend(control.news, (error) => logger.error('A request could not be denied', { error }));
    for (const warning of api.warnings) logger.warn(warning);
    logger.info(`Listening on ${api.url}`);
    // Tokens are changed without a restart, as whoever runs many services expects.
    process.on('SIGHUP', () => {
      const renewed = reread();
      if (renewed === null) return logger.error('The settings cannot be read; the tokens stay as they were');
      api.renew(renewed);
      logger.info('Tokens were read anew');
    });
    return {
      async close() {
        await api.close();
        stopAttending();
        await control.close();
      },
    };
  },
});
