// How the text of an environment variable becomes a value; each message completes "VALUE …".
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as v from 'valibot';
import { parseAllowedRepository } from '../repository.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MICROS = 1_000_000;
/** The longest time setTimeout takes is 24 days; a week is more than any limit here needs. */
const MAX_MINUTES = 7 * 24 * 60;

export const text = v.pipe(v.string(), v.regex(/^[^\p{Cc}]+$/u, 'holds control characters'));

/** Goes into an HTTP header, so it is printable ASCII without spaces. */
export const token = v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, 'holds spaces, line breaks or characters outside ASCII'));

/** One or several, parted by spaces or lines: while a secret is changed, the old and the new one count. */
export const tokens = v.pipe(
  v.string(),
  v.transform((value) => value.split(/\s+/).filter((part) => part !== '')),
  v.array(token),
);

/** People by name, each with a token: `anna:TOKEN`. The same name may stand several times. */
export const ownerTokens = v.pipe(
  v.string(),
  v.transform((value) => value.split(/\s+/).filter((part) => part !== '')),
  v.array(
    v.pipe(
      token,
      v.regex(/^[a-z][a-z0-9_-]{0,31}:.{16,}$/, 'holds something else than name:token (a name in lower case, a token of 16 signs or more)'),
      v.transform((pair) => ({ owner: pair.slice(0, pair.indexOf(':')), token: pair.slice(pair.indexOf(':') + 1) })),
    ),
  ),
);

export const wholeNumber = (min: number, max: number) => {
  const nature = `is not a whole number from ${min} to ${max}`;
  return v.pipe(v.string(), v.regex(/^\d{1,12}$/, nature), v.transform(Number), v.minValue(min, nature), v.maxValue(max, nature));
};
/** 0 lets the system choose a free port. */
export const listenPort = wholeNumber(0, 65_535);
export const port = wholeNumber(1, 65_535);

const fraction = (nature: string, max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{0,9}(\.\d{1,9})?$/, nature),
    v.transform(Number),
    v.check((amount) => amount > 0 && amount <= max, nature),
  );

/** In milliseconds, at least one. */
export const minutes = v.pipe(
  fraction(`is not a number of minutes above 0 and up to ${MAX_MINUTES} (fractions are fine)`, MAX_MINUTES),
  v.transform((amount) => Math.max(1, Math.round(amount * MINUTE_MS))),
);
/** In milliseconds. */
export const days = v.pipe(
  fraction('is not a number of days above 0 and up to 3650', 3_650),
  v.transform((amount) => Math.max(1, Math.round(amount * DAY_MS))),
);
/** In micro-dollars. */
export const dollars = v.pipe(
  fraction('is not an amount of US dollars above 0 and up to 100000', 100_000),
  v.transform((amount) => Math.max(1, Math.round(amount * MICROS))),
);

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];
export const flag = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist([...TRUE, ...FALSE], 'is neither true nor false (1, 0, yes and no also count)'),
  v.transform((word) => TRUE.includes(word)),
);

export const oneOf = <const T extends string>(...options: T[]) =>
  v.pipe(v.string(), v.toLowerCase(), v.picklist(options, `is not one of: ${options.join(', ')}`));

const urlOf = (textValue: string): URL | null => (URL.canParse(textValue) ? new URL(textValue) : null);

/** A web address. Credentials in it are refused: fetch would refuse them too, at the first request. */
export const httpUrl = v.pipe(
  v.string(),
  v.check((value) => /^https?:\/\/[^/]/i.test(value) && urlOf(value) !== null, 'is not a URL that begins with http:// or https://'),
  v.check((value) => urlOf(value)?.username === '' && urlOf(value)?.password === '', 'holds a user name or password'),
);
/** The same without slashes at its end, to append paths to. */
export const baseUrl = v.pipe(
  httpUrl,
  v.transform((value) => value.replace(/\/{1,8}$/, '')),
);

/** One or several certificates in PEM form. */
export const certificates = v.pipe(
  v.string(),
  // Env files and container platforms often hold the line breaks as the two characters \\n.
  v.transform((value) => `${value.replaceAll('\\n', '\n').trim()}\n`),
  v.check((pem) => {
    const parts = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    return parts.length > 0 && parts.every(isCertificate);
  }, 'is not a certificate in PEM form'),
);

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== null;
  } catch {
    return false;
  }
}

export const redisUrl = v.pipe(
  v.string(),
  v.check((value) => /^rediss?:\/\/[^/]/i.test(value) && urlOf(value) !== null, 'is not a URL that begins with redis:// or rediss://'),
  v.check((value) => /^\/?\d{0,4}$/.test(urlOf(value)?.pathname ?? ''), 'ends in something else than a database number'),
  v.check((value) => isDecodable(urlOf(value)?.password ?? ''), 'has a password with a % that begins no escape (write % as %25)'),
);

function isDecodable(value: string): boolean {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

export const address = v.pipe(
  v.string(),
  v.check((value) => isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value), 'is not an IP address or host name'),
);

export const hostName = v.pipe(
  address,
  v.check((value) => isIP(value) === 0, 'is an address, not a host name'),
);

/** Comma-separated; the word `none` is the empty list. */
export const list = <T>(item: v.GenericSchema<string, T>) =>
  v.pipe(
    v.string(),
    v.transform((value) =>
      value === 'none'
        ? []
        : value
            .split(/[,\s]/)
            .map((part) => part.trim())
            .filter((part) => part !== ''),
    ),
    v.array(item),
  );

export const domain = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,8}([a-z]{2,24}|xn--[a-z0-9-]{1,58}[a-z0-9])$/,
    'holds something else than domain names (no scheme, port or path; *.example.com is fine)',
  ),
);

/** `10.0.0.5`, `10.1.0.0/16`, `fd00::/8`. */
export const addressRange = v.pipe(
  v.string(),
  v.check((value) => {
    const [ip = '', prefix = '0', ...more] = value.split('/');
    const bits = isIP(ip) === 6 ? 128 : isIP(ip) === 4 ? 32 : -1;
    return more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
  }, 'holds something else than IP addresses and ranges like 10.1.0.0/16'),
);

/** What a worker may clone: an address, or the beginning of addresses with a `*` behind it. */
export const repository = v.pipe(
  v.string(),
  v.check(
    (value) => parseAllowedRepository(value) !== null,
    'holds something else than git addresses such as https://github.com/my-name/* or git@host:path (no password; a * only behind the last / or :)',
  ),
  v.transform((value) => parseAllowedRepository(value) ?? value),
);

/** `:`-separated absolute paths, `~` as for `folders`; the word `none` is the empty list. */
export const paths = v.pipe(
  v.string(),
  v.transform((value) => (value === 'none' ? [] : value.split(':').filter((part) => part !== ''))),
  v.array(v.pipe(v.string(), v.regex(/^(\/|~(\/|$))[^\0]*$/, 'names a path that begins neither with / nor with ~'))),
);

/** `:`-separated absolute folders; `~` stands for the home folder and is resolved with the environment at hand. */
export const folders = v.pipe(
  v.string(),
  v.transform((value) => value.split(':').filter((part) => part !== '')),
  v.array(v.pipe(v.string(), v.regex(/^(\/|~(\/|$))[^\0]*$/, 'names a folder that begins neither with / nor with ~'))),
  v.minLength(1, 'names no folder'),
);
