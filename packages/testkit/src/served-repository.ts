// A git server over HTTP on this machine that may want a name and a password: git's own backend behind a door of ours.
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';

export type ServedRepository = {
  url: string;
  /** The bare repository itself. */
  folder: string;
  port: number;
  /** The first line of the newest commit of main. */
  head(): string;
  /** The paths that were asked for with a right password, in order. */
  requests(): string[];
  /** From now on nothing is answered, until what this gives back is called. */
  hold(): () => void;
  close(): Promise<void>;
};

/** Under `folder.git`; without a login everybody may read and write. */
export async function serveRepository(folder: string, login: { user: string; password: string } | null = null): Promise<ServedRepository> {
  const bare = `${folder}.git`;
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', bare]);
  execFileSync('git', ['-C', bare, 'config', 'http.receivepack', 'true']);
  const wanted = login === null ? null : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const requests: string[] = [];
  let open = Promise.resolve();
  const server = createServer(async (request, response) => {
    if (wanted !== null && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
    requests.push(pathname);
    await open;
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: dirname(bare),
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: login?.user ?? 'anybody',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        PATH_INFO: pathname,
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
    });
    request.pipe(backend.stdin);
    const parts: Buffer[] = [];
    backend.stdout.on('data', (part: Buffer) => parts.push(part));
    backend.once('close', () => {
      const all = Buffer.concat(parts);
      const end = all.indexOf('\r\n\r\n');
      const headers = all
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(': ', 2) as [string, string]);
      const status = Number(headers.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200);
      response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status'))).end(all.subarray(end + 4));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${basename(bare)}`,
    port,
    folder: bare,
    requests: () => [...requests],
    hold() {
      let release = (): void => {};
      open = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    head: () => execFileSync('git', ['-C', bare, 'log', '-1', '--format=%s', 'main'], { encoding: 'utf8' }).trim(),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
