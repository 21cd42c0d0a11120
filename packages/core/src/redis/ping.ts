// Whether a Redis answers, asked without its client: whoever starts one asks again and again, and before the client is loaded.
import { connect } from 'node:net';
import type { RedisEndpoint } from './endpoint.js';

const ANSWER_MS = 2_000;

type Place = Exclude<RedisEndpoint, { kind: 'url' }>;

/** False also for one that is still loading, wants a password that is not given, or has not that many databases. */
export function answersPing(place: Place): Promise<boolean> {
  const commands = [...greeting(place), ['PING']];
  const wanted = `${'+OK\r\n'.repeat(commands.length - 1)}+PONG\r\n`;
  return new Promise((resolve) => {
    const socket = place.kind === 'socket' ? connect(place.path) : connect(place.port, place.host);
    let said = '';
    const end = (isThere: boolean): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(isThere);
    };
    const late = setTimeout(end, ANSWER_MS, false);
    socket.on('error', () => end(false)).on('close', () => end(false));
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
      if (said === wanted) end(true);
      else if (!wanted.startsWith(said)) end(false);
    });
    socket.write(commands.map(encoded).join(''));
  });
}

function greeting(place: Place): string[][] {
  if (place.kind === 'socket') return [];
  const { password, db } = place;
  return [...(password === null ? [] : [['AUTH', password]]), ...(db === 0 ? [] : [['SELECT', String(db)]])];
}

const encoded = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
