// Writes docs/openapi.json anew, as the built package describes itself.
import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../dist/openapi/document.js';

writeFileSync(new URL('../../../docs/openapi.json', import.meta.url), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
