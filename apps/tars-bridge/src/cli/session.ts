// The conversation a command belongs to: every run of it is one of its own, so nothing typed twice is taken for an echo.
import { randomBytes } from 'node:crypto';

export const newSession = (): string => `cli-${randomBytes(4).toString('hex')}`;
