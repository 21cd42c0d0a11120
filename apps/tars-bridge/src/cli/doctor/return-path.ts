// Does the way back end here? Something is left in the record and fetched through the public address, as n8n's codes would come in.
import { randomUUID } from 'node:crypto';
import type { Config } from '@tars/core/env';
import { keys, type Redis } from '@tars/core/redis';
import { webhookHeaders } from '@tars/notifier';
import { about, type Finding, whyNot } from './finding.js';

const ANSWER_MS = 5_000;
const LEFT_MS = 30_000;

const { ok, note, problem } = about('return');

type ReturnSettings = Pick<Config, 'publicUrl' | 'webhookTokens' | 'webhookSecrets' | 'bindAddress' | 'webhookPort'>;

export async function checkReturnPath(settings: ReturnSettings, redis: Redis | null): Promise<Finding> {
  const { publicUrl } = settings;
  if (publicUrl === null) {
    return note(
      'Whether your replies reach this TARS cannot be tried: PUBLIC_URL is not set.',
      'Set PUBLIC_URL to the address under which n8n or Discord reaches the api.',
    );
  }
  try {
    return (await checkAlive(publicUrl, settings)) ?? (await checkEcho(publicUrl, settings, redis));
  } catch (error) {
    return unreachable(publicUrl, error);
  }
}

const ask = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS), ...init });

const jsonOf = async (response: Response): Promise<Record<string, unknown> | null> => {
  const said: unknown = await response.json().catch(() => null);
  return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : null;
};

/** Null when an api of ours answers. */
async function checkAlive(publicUrl: string, { bindAddress, webhookPort }: ReturnSettings): Promise<Finding | null> {
  const response = await ask(`${publicUrl}/livez`);
  const { status, headers } = response;
  if (status === 200 && (await jsonOf(response))?.status === 'ok') return null;
  const target = `Let the tunnel or proxy lead to ${bindAddress}:${webhookPort}, with the path as it is.`;
  if (status >= 300 && status < 400) {
    return problem(
      `${publicUrl} redirects to ${placeOf(headers.get('location'))} (${status}).`,
      'Set PUBLIC_URL to the address it redirects to.',
    );
  }
  if (status >= 502)
    return problem(`Something answers at ${publicUrl}, but there is no api behind it (${status}).`, `Start the api. ${target}`);
  const isPage = /text\/html/i.test(headers.get('content-type') ?? '');
  return problem(`${isPage ? 'A web page' : 'Something else'} answers at ${publicUrl} (${status}), not the api.`, target);
}

const placeOf = (location: string | null): string =>
  location !== null && URL.canParse(location) ? new URL(location).origin : 'another address';

async function checkEcho(publicUrl: string, { webhookTokens, webhookSecrets }: ReturnSettings, redis: Redis | null): Promise<Finding> {
  const [nonce, left] = [randomUUID(), randomUUID()];
  const isLeft = await redis?.set(keys.echo(nonce), left, { expiration: { type: 'PX', value: LEFT_MS } }).catch(() => null);
  if (!isLeft) {
    return note(
      `An api answers at ${publicUrl}; whether it is this one cannot be told without Redis.`,
      'Mend Redis first, then ask again.',
    );
  }
  const body = JSON.stringify({ nonce });
  const [token] = webhookTokens ?? [];
  const [secret] = webhookSecrets ?? [];
  const proof =
    token !== undefined
      ? { authorization: `Bearer ${token}` }
      : secret === undefined
        ? {}
        : webhookHeaders(`echo:${nonce}`, body, secret, Date.now());
  const response = await ask(`${publicUrl}/webhook/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...proof },
    body,
  });
  const said = await jsonOf(response);
  if (response.ok && said?.echo === left) return ok(`${publicUrl} leads to this TARS, and lets replies in.`);
  if (response.status === 401) {
    return token === undefined && secret === undefined
      ? problem(
          `The api at ${publicUrl} refuses what does not come straight from its own machine, and so every reply.`,
          'Set WEBHOOK_TOKEN where the api runs, and send it from n8n as Authorization: Bearer.',
        )
      : problem(
          `The api at ${publicUrl} refuses the ${token === undefined ? 'WEBHOOK_SECRET' : 'WEBHOOK_TOKEN'} that is set here.`,
          'Give the api, n8n and this command the same one; the api reads a new one after SIGHUP or a restart.',
        );
  }
  if (said?.reason === 'unknown_nonce') {
    return problem(`${publicUrl} leads to another TARS, with a record of its own.`, 'Correct PUBLIC_URL, or give both the same Redis.');
  }
  if (response.status === 429) return note(`The api at ${publicUrl} was asked too often just now.`, 'Ask again in a minute.');
  return problem(
    `The api at ${publicUrl} does not know the test (${response.status}).`,
    'Run the same version of TARS everywhere, and let the tunnel or proxy pass every path.',
  );
}

const TLS = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO|ALTNAME/;

function unreachable(publicUrl: string, error: unknown): Finding {
  const why = whyNot(error);
  const { hostname, port } = new URL(publicUrl);
  if (why === 'ENOTFOUND' || why === 'EAI_AGAIN') {
    return problem(
      `The name ${hostname} is not known (${why}).`,
      'Correct PUBLIC_URL, or the DNS entry; a free tunnel gets another name each time.',
    );
  }
  if (TLS.test(why)) {
    return problem(
      `${hostname} has no certificate that is trusted here (${why}).`,
      'Mend the certificate, or begin PUBLIC_URL with http:// where there is none.',
    );
  }
  if (why === 'ECONNREFUSED') {
    return problem(
      `Nothing listens at ${hostname}${port === '' ? '' : `:${port}`} (${why}).`,
      'Start the tunnel or proxy, and the api behind it.',
    );
  }
  return problem(
    `${publicUrl} cannot be reached (${why}).`,
    'Start the tunnel or proxy, and see that nothing blocks the way from this machine.',
  );
}
