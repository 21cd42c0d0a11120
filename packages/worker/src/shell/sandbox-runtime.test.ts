// sandbox-runtime keeps what every sandbox promises.
import { keepsItsPromises } from './testing/sandbox-promises.js';

keepsItsPromises('sandbox-runtime');
