import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { parseConfig } from './config.js';
import { envExample } from './example.js';
import { SETTINGS } from './settings.js';

test('.env.example is current (pnpm --filter @tars/core env-example writes it)', () => {
  expect(readFileSync(join(__dirname, '../../../../.env.example'), 'utf8')).toBe(envExample());
});

test('copied as it is, it is the default config', () => {
  const env = { HOME: '/home/me' };
  expect(parseConfig({ ...env, ...parseEnv(envExample()) })).toEqual(parseConfig(env));
});

test('every line in it that is off says a right value', () => {
  const text = envExample().replace(/^#([A-Z0-9_]+=)/gm, '$1');
  const parsed = parseConfig({ HOME: '/home/me', ...parseEnv(text) });
  expect(parsed).toMatchObject({ ok: true, warnings: [] });
});

test('every setting is in it, once', () => {
  const names = [...envExample().matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect(names.sort()).toEqual(
    Object.values(SETTINGS)
      .map(({ name }) => name)
      .sort(),
  );
});

test('every setting has an example that holds for it, where it is not a text in brackets', () => {
  const examples = Object.values(SETTINGS).filter(({ example, name }) => !/^\(|^the-/.test(example) && name !== 'CONFIRMATION_CODE');
  expect(examples.length).toBeGreaterThan(30);
  for (const { name, example } of examples) {
    expect({ name, parsed: parseConfig({ HOME: '/home/me', [name]: example }).ok }).toEqual({ name, parsed: true });
  }
});
