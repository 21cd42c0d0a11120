// What an operator applies: manifests against the schemas of Kubernetes and KEDA, units against systemd, and all of it against our settings.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as always, expect } from '@jest/globals';
import { SETTING_SECTIONS } from '@tars/core/env';
import { tempDir } from '@tars/testkit';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const load = createRequire(__filename);
const run = promisify(execFile);
const KUBERNETES = join(ROOT, 'deploy/kubernetes');
const SYSTEMD = join(ROOT, 'deploy/systemd');

type Manifest = { apiVersion: string; kind: string; metadata: { name: string } };
const manifests = readdirSync(KUBERNETES)
  .filter((file) => file !== 'kustomization.yaml')
  .flatMap((file) =>
    parseAllDocuments(readFileSync(join(KUBERNETES, file), 'utf8')).map((document) => ({ file, manifest: document.toJS() as Manifest })),
  )
  .map(({ file, manifest }) => ({ what: `${manifest.kind} ${manifest.metadata.name} of ${file}`, manifest }));

always.each(manifests)('$what is as its schema asks', ({ manifest }) => {
  const { apiVersion, kind } = manifest;
  const from = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  const Model = load(`${from}/${apiVersion}/${kind}`)[kind];
  expect(() => new Model(manifest).validate()).not.toThrow();
});

always('kustomization names what is there', () => {
  const { resources } = parse(readFileSync(join(KUBERNETES, 'kustomization.yaml'), 'utf8')) as { resources: string[] };
  expect(resources.filter((file) => !existsSync(join(KUBERNETES, file)))).toEqual([]);
});

const SETTINGS = new Set(SETTING_SECTIONS.flatMap(({ settings }) => settings.map(({ name }) => name)));
/** Not ours, or of the image itself. */
const OTHERS = /^(REDISCLI_AUTH|NODE_ENV|N8N_BLOCK_ENV_ACCESS_IN_NODE)$/;

always('every setting that compose and Kubernetes give is one', () => {
  const compose = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8'), { merge: true }) as {
    services: Record<string, { environment?: Record<string, unknown> }>;
  };
  const given = [
    ...Object.values(compose.services).flatMap(({ environment = {} }) => Object.keys(environment)),
    ...manifests.flatMap(({ manifest }) =>
      Object.keys((manifest as { data?: object }).data ?? (manifest as { stringData?: object }).stringData ?? {}),
    ),
  ].filter((name) => !OTHERS.test(name));
  expect(given.filter((name) => !SETTINGS.has(name.replace(/_FILE$/, '')))).toEqual([]);
  expect(Object.keys(compose.services.worker?.environment ?? {}).filter((name) => /CODE|SIGNING|TOTP/.test(name))).toEqual([]);
});

const hasSystemd = (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'systemd-analyze')));
const test = hasSystemd || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

test('systemd takes the units', async () => {
  const folder = await tempDir('tars-units-');
  try {
    for (const file of readdirSync(SYSTEMD)) {
      const copy = join(folder.path, file.replace('@', '@1'));
      await cp(join(SYSTEMD, file), copy);
      // Where it is installed in earnest, and where it lies here.
      await writeFile(
        copy,
        (await readFile(copy, 'utf8')).replaceAll('/opt/tars/', `${ROOT}/`).replaceAll('/usr/bin/node', process.execPath),
      );
      const { stdout, stderr } = await run('systemd-analyze', ['verify', copy]);
      expect(stdout + stderr).toBe('');
    }
  } finally {
    await folder.remove();
  }
});
