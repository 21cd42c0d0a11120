// HTTP as bytes on a socket, for what no client library would send.
import { connect } from 'node:net';

export type RawAnswer = { status: number; text: string };

/** Sends the parts one after the other and resolves with all that comes back once the server, or its silence of `quietMs`, ends it. */
export function sendRaw(port: number, parts: readonly (string | Buffer)[], quietMs = 1_500): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const end = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    socket.setTimeout(quietMs, end);
    socket.on('error', end);
    socket.on('close', end);
    socket.on('data', (chunk) => {
      text += chunk;
      if (isWhole(text)) end();
    });
    for (const part of parts) socket.write(part);
  });
}

/** One answer with its announced length, and nothing after it. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(text.slice(0, head))?.[1];
  return head >= 0 && length !== undefined && Buffer.byteLength(text.slice(head + 4)) >= Number(length);
}

export const request = (line: string, headers: Readonly<Record<string, string>>, body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${line}\r\n${Object.entries({ Host: 'localhost', 'Content-Length': String(Buffer.byteLength(body)), ...headers })
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    ),
    Buffer.from(body),
  ]);
