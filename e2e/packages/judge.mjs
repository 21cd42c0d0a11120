// What publint and "are the types wrong" say of one packed package, as JSON: `node judge.mjs FILE.tgz`. Both are published as ES modules only.
import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const tarball = await readFile(process.argv[2] ?? '');
const { messages, pkg } = await publint({
  pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
});
const result = await checkPackage(createPackageFromTarballData(tarball));
process.stdout.write(
  JSON.stringify({
    lint: messages.map((message) => formatMessage(message, pkg, { color: false })),
    types: result.types ? result.problems : [{ kind: 'NoTypes' }],
  }),
);
