// A pressed button on its way to an application: signed with Ed25519 as Discord signs, over the time and the very bytes.
import { generateKeyPairSync, sign } from 'node:crypto';

export type Interaction = Record<string, unknown>;
export type InteractionAnswer = { status: number; body: unknown; ms: number };

export type Signer = {
  /** 64 hex digits, as Discord's developer pages show it. */
  publicKey: string;
  headers(body: string, atMs: number): Record<string, string>;
};

/** What stands before the 32 bytes of the key itself. */
const SPKI_PREFIX_BYTES = 12;

export function createSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX_BYTES).toString('hex'),
    headers(body, atMs) {
      const timestamp = String(Math.floor(atMs / 1_000));
      return {
        'content-type': 'application/json',
        'user-agent': 'Discord-Interactions/1.0 (+https://discord.com)',
        'x-signature-timestamp': timestamp,
        'x-signature-ed25519': sign(null, Buffer.from(timestamp + body), privateKey).toString('hex'),
      };
    },
  };
}

/** Discord gives up after three seconds. */
export const ANSWER_MS = 3_000;

export async function sendInteraction(url: string, interaction: Interaction, signer: Signer, atMs: number): Promise<InteractionAnswer> {
  const body = JSON.stringify(interaction);
  const begin = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: signer.headers(body, atMs),
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = await response.text();
  let answer: unknown = text;
  try {
    answer = JSON.parse(text);
  } catch {
    // Said as it came.
  }
  return { status: response.status, body: answer, ms: Math.round(performance.now() - begin) };
}
