import { expect, test } from '@jest/globals';
import { doorbellOptions, type RedisEndpoint, recordOptions } from './endpoint.js';

const tlsOf = (endpoint: RedisEndpoint) => {
  const { socket } = recordOptions(endpoint) as { socket?: { tls: boolean; ca?: string; servername?: string } };
  const { tls } = doorbellOptions(endpoint) as { tls?: { ca?: string; servername?: string } };
  return { record: socket, doorbell: tls };
};

test('a server that is reached by TLS is asked for by its name, by both clients', () => {
  const { record, doorbell } = tlsOf({ kind: 'url', url: 'rediss://tars:x@redis.example.com:6380/1' });
  expect(record).toEqual({ tls: true, servername: 'redis.example.com' });
  expect(doorbell).toEqual({ servername: 'redis.example.com' });
});

test('the name and the CA that were set count instead', () => {
  const tls = { ca: 'PEM', servername: 'redis.example.com' };
  const { record, doorbell } = tlsOf({ kind: 'url', url: 'rediss://localhost:6380', tls });
  expect(record).toEqual({ tls: true, ...tls });
  expect(doorbell).toEqual(tls);
});

test('an address is no name', () => {
  for (const host of ['10.0.0.1', '[2001:db8::1]'])
    expect(tlsOf({ kind: 'url', url: `rediss://${host}:6380` })).toEqual({ record: { tls: true }, doorbell: {} });
});

test('a server in the clear stays so', () => {
  expect(tlsOf({ kind: 'url', url: 'redis://redis.example.com', tls: { ca: 'PEM' } })).toEqual({});
});
