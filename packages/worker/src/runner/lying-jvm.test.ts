// The honest and the lying worker once more, under the build tools of Java.
import { jest } from '@jest/globals';
import { JVM } from '@tars/testkit';
import { promiseOf } from './testing/honest-and-lying.js';

/** Each run starts a machine of its own, and a case takes up to three. */
jest.setTimeout(180_000);

promiseOf(JVM);
