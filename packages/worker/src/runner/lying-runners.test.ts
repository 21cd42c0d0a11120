// The honest, the lazy and the lying worker again, under the runners and package managers that npm brings.
import { afterAll, jest } from '@jest/globals';
import { RUNNERS } from '@tars/testkit';
import { promiseOf } from './testing/honest-and-lying.js';
import { withPackageManagers } from './testing/programs.js';

jest.setTimeout(120_000);

afterAll(withPackageManagers());

promiseOf(RUNNERS);
