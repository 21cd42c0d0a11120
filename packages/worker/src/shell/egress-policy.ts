// Which hosts and addresses the network behind a wall may lead to: by name first, then by what the name resolves to.
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { domainToASCII } from 'node:url';

/** Beyond the rules for everybody: this one place was approved by name, wherever it lies. */
export type ApprovedPlace = { host: string; port: number };

export type EgressRules = {
  /** Exact hosts, or `*.suffix` for everything below it. */
  allowedDomains: readonly string[];
  /** Addresses and ranges (`10.1.0.0/16`) that allowed names may lead to although they are private. */
  privateAddresses: readonly string[];
  approved?: ApprovedPlace | undefined;
};

export type EgressPolicy = {
  /** Why this place is not to be reached; null when its name may be. */
  refuseName(host: string, port: number): string | null;
  /** Why this address is not to be reached under that name; null when it may be. */
  refuseAddress(address: string, host: string, port: number): string | null;
};

/** Loopback, private, link-local (metadata services), shared, test, multicast, reserved, and what embeds an IPv4 address. */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

export function createEgressPolicy({ allowedDomains, privateAddresses, approved }: EgressRules): EgressPolicy {
  const allowed = allowedDomains.map((domain) => domain.toLowerCase());
  const refused = listOf(NOT_PUBLIC);
  const excepted = listOf(privateAddresses);
  const isApproved = (host: string, port: number): boolean =>
    approved !== undefined && normalHost(approved.host) === host && approved.port === port;

  return {
    refuseName(host, port) {
      const name = normalHost(host);
      if (name === null) return 'that is no host name';
      if (isApproved(name, port)) return null;
      const matches = (domain: string): boolean =>
        domain.startsWith('*.') ? name.endsWith(domain.slice(1)) && name.length > domain.length - 1 : name === domain;
      return allowed.some(matches) ? null : `${name} is not among SANDBOX_ALLOWED_DOMAINS`;
    },
    refuseAddress(address, host, port) {
      const name = normalHost(host);
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (isIP(address) === 0 || name === null) return 'that is no address';
      if (isApproved(name, port) || excepted.check(address, family)) return null;
      const isOwn = refused.check(address, family) || ownAddresses().check(address, family);
      return isOwn ? `${name} leads to ${address}, which is this machine or a private network` : null;
    },
  };
}

/** In ASCII, lower case, without a last dot or brackets; null for what is no host name at all. */
export function normalHost(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(bare) !== 0) return bare.toLowerCase();
  // The conversion would take some of these for separators and cut there.
  if (!/^[^\s\p{Cc}/\\?#@:%[\]]{1,253}$/u.test(bare)) return null;
  const ascii = domainToASCII(bare);
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/.test(ascii) ? ascii : null;
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return list;
}

/** A service of this machine that listens on its outward address is as much inside as one on loopback. */
const ownAddresses = (): BlockList =>
  listOf(
    Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .map(({ address }) => address.split('%', 1)[0] ?? ''),
  );
