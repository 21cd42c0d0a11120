// Where whole outputs of commands are kept: the model is told to look there, so no wall may hide it.
import { join } from 'node:path';

export const outputsIn = (stateDir: string): string => join(stateDir, 'output');
