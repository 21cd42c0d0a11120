// What must not be read by others, taken out of any text: known secrets by value, unknown ones by their shape.
import { withoutCodes } from './redact-codes.js';

export type Redact = (text: string) => string;

export const REDACTED = '[redacted]';

/** Shorter ones would tear ordinary words apart. */
const MIN_SECRET_CHARS = 4;

// Every repetition is bounded or excludes what may follow it, so that no input takes more than linear time.
// What is kept of a match is captured; a value may already be redacted in part.
const PIECE = '(?:[\\w.~+/=-]|\\[redacted\\])';
const VALUE = `(?:\\[redacted\\]${PIECE}{0,8192}|${PIECE}{6,8192})`;
const SHAPES: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[\w+/=\s\\:,]|-(?!-)){0,16384}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g, REDACTED],
  [/\bsk-ant-[\w-]{8,}/g, REDACTED],
  [/\bsk-(?:proj-|svcacct-)?(?=[A-Za-z_-]{0,200}\d)[\w-]{32,200}/g, REDACTED],
  [/\b(?:gh[pousr]_|github_pat_)\w{20,}/g, REDACTED],
  [/\b(?:glpat-|npm_|pypi-|hf_|dop_v1_|xox[abeoprs]-|(?:sk|rk)_live_|whsec_|shpat_|SG\.)[\w.-]{20,400}/g, REDACTED],
  [/\bAIza[\w-]{35}\b/g, REDACTED],
  [/\beyJ[\w-]{10,4096}\.eyJ[\w-]{4,4096}\.[\w-]{10,4096}/g, REDACTED],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [/(\baws_secret_access_key["']?\s{0,4}[=:]\s{0,4}["']?)[A-Za-z0-9/+]{40}/gi, `$1${REDACTED}`],
  [/(\bhttps:\/\/(?:\w{1,20}\.)?discord(?:app)?\.com\/api\/(?:v\d{1,3}\/)?webhooks\/)[\w/-]{1,400}/gi, `$1${REDACTED}`],
  [
    /(\bhttps?:\/\/[^\s/"'<>]{1,256}(?:\/[\w.~-]{1,64}){0,4}?\/webhook(?:-test|-waiting)?\/)(?!background-confirmation\b)[\w.~%/-]{1,400}/gi,
    `$1${REDACTED}`,
  ],
  [/(\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s/:@"'<>]{0,256}:)[^\s/"'<>]{1,256}@/gi, `$1${REDACTED}@`],
  [
    new RegExp(`(\\bauthorization["']?\\s{0,4}[:=]\\s{0,4}["']?(?:(?:basic|bearer|token|digest|apikey)\\s{1,4})?)${VALUE}`, 'gi'),
    `$1${REDACTED}`,
  ],
  [new RegExp(`(\\bbearer\\s{1,4})(?=[\\w.~+/=-]{0,4096}\\d)${VALUE}`, 'gi'), `$1${REDACTED}`],
  [/(\botpauth:\/\/[^\s"'<>?]{1,256}\?(?:[^\s"'<>&]{1,256}&){0,8}?secret=)[A-Z2-7=%]{1,256}/gi, `$1${REDACTED}`],
  // A variable named after what it holds, with a value that looks like one: letters and digits mixed, no words of a program.
  [
    /(\b[A-Z][A-Z0-9_]{0,40}?(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_KEY)(?:_[A-Z0-9_]{1,20})?=["']?)(?=[\w.~+/-]{0,512}\d)(?=[\w.~+/-]{0,512}[A-Za-z])[\w.~+/=-]{12,1024}/g,
    `$1${REDACTED}`,
  ],
  [/(\btotp[_-]?secret["']?\s{0,4}[=:]\s{0,4}["']?)[A-Z2-7]{16,128}=*/gi, `$1${REDACTED}`],
];

/**
 * A function that replaces every secret in a text by `[redacted]`. Digit codes are taken out only as whole runs of digits
 * or spelled ("6 2 8 3", "six two eight three"). Applying it twice changes nothing more; it never throws.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  return redactor(secrets, SHAPES);
}

/** The same for these secrets alone, whatever else looks like one: for text that is acted upon, such as a model's own calls. */
export function createValueRedactor(secrets: readonly string[]): Redact {
  return redactor(secrets, []);
}

function redactor(secrets: readonly string[], shapes: typeof SHAPES): Redact {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARS);
  const codes = new Set(known.filter((secret) => /^\d+$/.test(secret)));
  const exact = exactly(known.filter((secret) => !codes.has(secret)));
  return (text) => {
    const named = exact === null ? text : text.replace(exact, REDACTED);
    const shaped = shapes.reduce((rest, [shape, kept]) => rest.replace(shape, kept), named);
    return codes.size === 0 ? shaped : withoutCodes(shaped, codes, REDACTED);
  };
}

/** Also as they look inside JSON and URLs, and encoded; the longest first, so that no rest of a longer one stays. */
function exactly(secrets: readonly string[]): RegExp | null {
  const forms = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), inUrl(secret), ...encoded(secret)]));
  if (forms.size === 0) return null;
  const alternatives = [...forms].sort((a, b) => b.length - a.length).map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  // The marker itself comes first: what is already redacted is never redacted again in part.
  return new RegExp(`\\[redacted\\]|${alternatives.join('|')}`, 'g');
}

/** encodeURIComponent throws on half a surrogate pair. */
const inUrl = (secret: string): string => (/[\uD800-\uDFFF]/.test(secret) ? secret : encodeURIComponent(secret));

/** Shorter ones look like ordinary text once they are encoded. */
const MIN_ENCODED_CHARS = 8;

/** Hexadecimal and base64; the latter wherever the secret stands in what was encoded. */
function encoded(secret: string): string[] {
  if (secret.length < MIN_ENCODED_CHARS) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The first and last characters may also hold bits of the neighbours.
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [hex, hex.toUpperCase(), ...base64];
}
