import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '@tars/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createApi } from '../app.js';
import { cancelled, notice, TOKENS, useApi } from '../testing/use-api.js';
import { openApiDocument } from './document.js';

const world = useApi();
const COMMITTED = join(import.meta.dirname, '../../../../docs/openapi.json');
/** What people look at in a browser, and what every request passes. */
const isPage = (path: string): boolean => !/^\/(api|webhook|mcp|metrics|openapi|livez|readyz|version)(\/|\.|$)/.test(path);

type Answers = { [status: string]: { content?: { [type: string]: { schema: object } } } };
type Document = { paths: { [path: string]: { [method: string]: { responses: Answers } } } };
const document = openApiDocument() as Document;
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(document, 'document');

/** What the document has against this answer; none when it is as described. */
function objections(method: string, path: string, { status, body }: { status: number; body: unknown }): unknown {
  const described = document.paths[path]?.[method]?.responses[status];
  if (described === undefined) return `${method} ${path} is not said to answer ${status}`;
  const at = `#/paths/${path.replaceAll('/', '~1')}/${method}/responses/${status}/content/application~1json/schema`;
  const check = ajv.compile({ $ref: `document${encodeURI(at)}` });
  return check(body) ? null : check.errors;
}

test('the committed document is the one the schemas make: pnpm --filter @tars/api run openapi writes it', () => {
  expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
});

test('it is a valid OpenAPI 3.1 document', () => {
  const bin = join(import.meta.dirname, '../../node_modules/.bin/validate-api');
  const { status, stdout, stderr } = spawnSync(bin, [COMMITTED], { encoding: 'utf8' });
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
});

test('every route that is no page is in it, and nothing that is not there', () => {
  const { control, logger } = world;
  const config = { webhookTokens: null, webhookSecrets: null, apiTokens: null, discordPublicKey: 'ab'.repeat(32) };
  const { routes } = createApi({ ...control, config, logger });
  const known = routes.filter(({ path }) => !isPage(path)).map(({ method, path }) => `${method === 'ALL' ? 'POST' : method} ${path}`);
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(new Set(described)).toEqual(new Set(known));
});

test('it is served behind the door of the rest', async () => {
  expect((await world.get('/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(document)));
  expect((await world.open('/openapi.json', { serving: world.locked })).status).toBe(401);
  expect((await world.open('/openapi.json', { serving: world.locked, token: TOKENS.API_TOKEN })).status).toBe(200);
});

test('what is answered is as it says', async () => {
  const { id } = await world.waiting();
  const asked = await world.running();
  const at = Date.now();
  const question = { id: newId('question'), callId: 'call_1', text: 'Which?', options: ['a'], askedAt: at, expiresAt: at + 60_000 };
  await world.happens(asked, [notice('hello'), { type: 'question.asked', at, question }]);
  const ended = await world.running();
  await world.happens(ended, [cancelled()], [{ kind: 'note', turn: 0, text: 'The goal' }]);
  const project = { goal: 'build a calculator', project: 'calculator' };
  const post = (path: string, said: unknown) => world.post(path, said);
  const answers: [method: string, path: string, answer: { status: number; body: unknown }][] = [
    ['get', '/api/tasks', await world.get('/api/tasks')],
    ['get', '/api/tasks', await world.get('/api/tasks?state=odd')],
    ['post', '/api/tasks', await post('/api/tasks', project)],
    ['post', '/api/tasks', await post('/api/tasks', project)],
    ['post', '/api/tasks', await post('/api/tasks', { surprising: 1 })],
    ['get', '/api/tasks/{id}', await world.get(`/api/tasks/${asked}`)],
    ['get', '/api/tasks/{id}', await world.get('/api/tasks/zzzz')],
    ['get', '/api/tasks/{id}/transcript', await world.get(`/api/tasks/${ended}/transcript`)],
    ['get', '/api/tasks/{id}/diff', await world.get(`/api/tasks/${ended}/diff`)],
    ['post', '/api/tasks/{id}/confirmation', await post(`/api/tasks/${id}/confirmation`, { confirmation_code: '0000' })],
    ['post', '/api/tasks/{id}/deny', await post(`/api/tasks/${id}/deny`, {})],
    ['post', '/api/tasks/{id}/answer', await post(`/api/tasks/${asked}/answer`, { answer: 'a' })],
    ['post', '/api/tasks/{id}/answer', await post(`/api/tasks/${asked}/answer`, { answer: 'a' })],
    ['post', '/api/tasks/{id}/messages', await post(`/api/tasks/${asked}/messages`, { message: 'use SQLite' })],
    ['post', '/api/tasks/{id}/pause', await post(`/api/tasks/${asked}/pause`, {})],
    ['post', '/api/tasks/{id}/retry', await post(`/api/tasks/${ended}/retry`, {})],
    ['post', '/api/tasks/{id}/undo', await post(`/api/tasks/${id}/undo`, {})],
    ['get', '/api/audit', await world.get('/api/audit')],
    ['post', '/api/functions/{name}', await post('/api/functions/check_coding_progress', { task_id: id })],
    ['post', '/api/functions/{name}', await post('/api/functions/surprising', {})],
    ['post', '/webhook/background-confirmation', await post('/webhook/background-confirmation', { reply_text: 'hm' })],
    ['post', '/webhook/echo', await post('/webhook/echo', { nonce: 'nobody-left-it' })],
    ['get', '/readyz', await world.get('/readyz')],
    ['get', '/version', await world.get('/version')],
  ];
  expect(answers.map(([method, path, answer]) => objections(method, path, answer))).toEqual(answers.map(() => null));
  expect(new Set(answers.map(([, , { status }]) => status))).toEqual(new Set([200, 201, 202, 400, 403, 404, 409]));
});
