// The log of a command that runs parts of TARS: on standard error, as the settings want it, without their secrets.
import { createRedactor } from '@tars/core';
import type { Config } from '@tars/core/env';
import { createLogger, type Logger } from '@tars/core/log';

export const logOf = ({ logLevel: level, logFormat: format, secrets }: Config): Logger =>
  createLogger({ service: 'tars', level, format, redact: createRedactor(secrets) });
