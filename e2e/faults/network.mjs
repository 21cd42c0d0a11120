// A network of the rig's own: the outside world on a bridge, each host behind a wire that can be cut. It is gone with its processes.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BRIDGE = 'outside';
/** Redis and Claude have an address each, so that one can be lost without the other. */
export const ADDRESSES = { redis: '10.77.0.1', claude: '10.77.0.2' };
/** Nobody's: what is sent there is heard by no one, and no one is told. */
const NOWHERE = '02:00:00:00:00:01';
const HERE = 'TARS_RIG_NETWORK';

/** Begins this program again in a network namespace of its own; resolves to its exit code, or to null where it is in one already. */
export async function enterOwnNetwork() {
  if (process.env[HERE] !== undefined) return null;
  const again = [process.execPath, ...process.argv.slice(1)];
  const child = spawn('unshare', ['--net', ...again], { env: { ...process.env, [HERE]: '1' }, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

const ip = (...words) => run('ip', words);
const inside = (pid, ...words) => run('nsenter', ['--net', '--target', String(pid), '--', ...words]);

export async function layNetwork() {
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', BRIDGE, 'type', 'bridge');
  for (const address of Object.values(ADDRESSES)) await ip('addr', 'add', `${address}/24`, 'dev', BRIDGE);
  await ip('link', 'set', BRIDGE, 'up');
}

/** What connects there reaches `target` (what `net.connect` takes). */
export async function openWay(address, target) {
  const server = createServer((near) => {
    const far = connect(target);
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ])
      one
        .setNoDelay?.(true)
        .on('error', () => other.destroy())
        .on('close', () => other.destroy());
  });
  server.listen(0, address);
  await once(server, 'listening');
  return { port: server.address().port, close: () => server.close() };
}

/**
 * Wires a host up, by the first of its processes; its number is the last of its address. `cut(kind)` resolves, once nothing comes
 * through any more, to what mends it.
 */
export async function wire(pid, number) {
  const [near, far, address] = [`wire${number}`, 'eth0', `10.77.0.${number + 10}`];
  await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', String(pid));
  await ip('link', 'set', near, 'master', BRIDGE, 'up');
  await inside(pid, 'ip', 'addr', 'add', `${address}/24`, 'dev', far);
  for (const link of ['lo', far]) await inside(pid, 'ip', 'link', 'set', link, 'up');
  const lose = (whose, dev) => ['neigh', 'replace', whose, 'lladdr', NOWHERE, 'nud', 'permanent', 'dev', dev];
  const find = (whose, dev) => ['neigh', 'del', whose, 'dev', dev];
  const cuts = {
    /** Nothing comes through, and nobody is told. */
    pulled: [() => ip('link', 'set', near, 'down'), () => ip('link', 'set', near, 'up')],
    /** Both ends of every connection are told that it is over, and a new one fails at once. */
    closed: [
      async () => {
        for (const peer of Object.values(ADDRESSES)) await inside(pid, 'ss', '--kill', '--tcp', 'dst', peer);
        await inside(pid, 'ip', 'link', 'set', far, 'down');
      },
      () => inside(pid, 'ip', 'link', 'set', far, 'up'),
    ],
    /** Redis does not hear the host; the host hears what Redis says, and reaches Claude. */
    mute: [() => inside(pid, 'ip', ...lose(ADDRESSES.redis, far)), () => inside(pid, 'ip', ...find(ADDRESSES.redis, far))],
    /** Redis hears the host; the host hears nobody. */
    deaf: [() => ip(...lose(address, BRIDGE)), () => ip(...find(address, BRIDGE))],
  };
  return async (kind) => {
    const [cut, mend] = cuts[kind];
    await cut();
    return mend;
  };
}

export const CUTS = ['pulled', 'closed', 'mute', 'deaf'];
