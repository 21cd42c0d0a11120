// Plain bubblewrap keeps what every sandbox promises.
import { keepsItsPromises } from './testing/sandbox-promises.js';

keepsItsPromises('bubblewrap');
