// Lays what the package ships beside its code: the workflows that `tars n8n export` hands out.
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';

const source = new URL('../../deploy/n8n/', import.meta.url);
const shipped = new URL('dist/n8n/', import.meta.url);
await rm(shipped, { recursive: true, force: true });
await mkdir(shipped, { recursive: true });
for (const name of await readdir(source)) if (name.endsWith('.json')) await copyFile(new URL(name, source), new URL(name, shipped));
