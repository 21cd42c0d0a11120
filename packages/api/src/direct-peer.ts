// Whether a request comes straight from this machine. A tunnel ends on loopback too, so the address alone proves nothing.
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Any of these was written by somebody between the sender and us. */
const WRITTEN_BY_PROXIES = /^(forwarded|via|x-forwarded-.*|x-real-ip|x-original-.*|true-client-ip|cf-.*|fly-.*|ngrok-.*)$/;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** An IPv4 address in IPv6 clothes (`::ffff:127.0.0.1`) is seen through. */
const isLoopback = (address: string): boolean => isIP(address) !== 0 && loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * True for a direct request of this machine. Without a socket the request was handed over inside the process, and whoever
 * did that vouches for the sender; the headers are held against it all the same.
 */
export function isDirectFromHere(request: Request, incoming: IncomingMessage | undefined): boolean {
  if (incoming !== undefined && !isLoopback(incoming.socket.remoteAddress ?? '')) return false;
  if ([...request.headers.keys()].some((name) => WRITTEN_BY_PROXIES.test(name))) return false;
  const here = new URL(request.url).host;
  const host = request.headers.get('host') ?? here;
  if (!namesThisMachine(host) || !namesThisMachine(here)) return false;
  const origin = request.headers.get('origin');
  return origin === null || hostOf(origin) === host.toLowerCase();
}

/** A page elsewhere can point a name of its own at 127.0.0.1, but then it is that name the Host header holds. */
function namesThisMachine(host: string): boolean {
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : null;
  if (url === null || url.pathname !== '/' || url.username !== '') return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || isLoopback(name);
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
