import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { isDirectFromHere } from './direct-peer.js';

const from = (remoteAddress: string | undefined): IncomingMessage => ({ socket: { remoteAddress } }) as IncomingMessage;
const asked = (headers: Record<string, string> = {}, url = 'http://127.0.0.1:5002/api/tasks') => new Request(url, { headers });

test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('%s is this machine', (address) => {
  expect(isDirectFromHere(asked(), from(address))).toBe(true);
});

test.each(['10.0.0.5', '192.168.1.2', '::ffff:10.0.0.5', 'fe80::1', '', undefined])('%s is not this machine', (address) => {
  expect(isDirectFromHere(asked(), from(address))).toBe(false);
});

test.each(['forwarded', 'x-forwarded-for', 'X-Forwarded-Host', 'x-forwarded-proto', 'via', 'x-real-ip', 'cf-connecting-ip'])(
  'a request with %s came through somebody',
  (name) => {
    expect(isDirectFromHere(asked({ [name]: '127.0.0.1' }), from('127.0.0.1'))).toBe(false);
  },
);

test.each(['localhost:5002', 'LOCALHOST', '127.0.0.1', '[::1]:5002'])('Host %s names this machine', (host) => {
  expect(isDirectFromHere(asked({ host }), from('127.0.0.1'))).toBe(true);
});

test.each(['tars.example.com', 'localhost.example.com', '127.0.0.1.nip.io', '10.0.0.5:5002', 'a@localhost', 'localhost/x', '::bad::'])(
  'Host %s is foreign',
  (host) => {
    expect(isDirectFromHere(asked({ host }), from('127.0.0.1'))).toBe(false);
  },
);

test('a foreign name in the request line does not pass behind a local Host', () => {
  expect(isDirectFromHere(asked({ host: 'localhost' }, 'http://evil.example/api/tasks'), from('127.0.0.1'))).toBe(false);
});

test('only a page of this very server may send an Origin', () => {
  const origin = (said: string) => isDirectFromHere(asked({ host: '127.0.0.1:5002', origin: said }), from('127.0.0.1'));
  expect(origin('http://127.0.0.1:5002')).toBe(true);
  expect(origin('http://127.0.0.1:3000')).toBe(false);
  expect(origin('https://evil.example')).toBe(false);
  expect(origin('null')).toBe(false);
});

test('without a socket the caller vouches, but the headers still count', () => {
  expect(isDirectFromHere(asked(), undefined)).toBe(true);
  expect(isDirectFromHere(asked({ 'x-forwarded-for': '1.2.3.4' }), undefined)).toBe(false);
  expect(isDirectFromHere(asked({}, 'https://tars.example.com/api/tasks'), undefined)).toBe(false);
});
