// Do updates reach n8n? One is sent, and what comes back is put into words.
import type { Config } from '@tars/core/env';
import { sendTestUpdate, type TestAnswer } from '@tars/notifier';
import { about, type Finding, whyNot } from './finding.js';

const ANSWER_MS = 8_000;

const { ok, note, problem } = about('n8n');

type UpdateSettings = Pick<Config, 'updatesUrl' | 'discordWebhookUrl' | 'n8nWebhookSecret' | 'n8nWebhookToken'>;

const SETTING = 'N8N_WEBHOOK_URL (or DISCORD_UPDATES_WEBHOOK)';
const TEST_ADDRESS = `Activate the workflow and set ${SETTING} to its production address, with /webhook/ instead of /webhook-test/.`;

/** `isSilent`: the address is looked at, and nothing is sent. */
export async function checkAddress(settings: UpdateSettings, isSilent: boolean): Promise<Finding[]> {
  const { updatesUrl, discordWebhookUrl, n8nWebhookSecret: secret, n8nWebhookToken: token } = settings;
  if (updatesUrl === null) {
    return discordWebhookUrl === null
      ? [note('Updates reach nobody.', 'Set N8N_WEBHOOK_URL to the address of your n8n workflow, or DISCORD_WEBHOOK_URL.')]
      : [];
  }
  const { origin, pathname } = new URL(updatesUrl);
  if (pathname.includes('/webhook-test/')) {
    return [problem(`The address at ${origin} is a test address of n8n, which answers only while its editor listens.`, TEST_ADDRESS)];
  }
  if (isSilent) return [note(`Updates go to ${origin}; no test update was sent.`, 'Run tars doctor without --silent to send one.')];
  try {
    return [explain(await sendTestUpdate({ url: updatesUrl, secret, token }, { now: Date.now(), timeoutMs: ANSWER_MS }), origin)];
  } catch (error) {
    const why = whyNot(error);
    return [
      why === 'no answer in time'
        ? problem(
            `n8n at ${origin} took longer than ${ANSWER_MS / 1_000} s over a test update.`,
            "Look at the workflow's executions in n8n for what takes so long.",
          )
        : problem(`n8n does not answer at ${origin} (${why}).`, `Start it, or correct ${SETTING}. Updates wait until then; none is lost.`),
    ];
  }
}

/** What Discord told the workflow `tars-updates`, which passes its status on. */
const DISCORD_REFUSALS: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  401: [
    "Discord refuses the bot's token (401).",
    'Correct the credential "Discord bot" in n8n: "Bot " and the token, in the header Authorization.',
  ],
  403: ['the bot may not write in that channel (403).', 'Invite it with the permissions View Channel and Send Messages.'],
  404: ['Discord knows no such channel (404).', 'Correct channel_id in the Settings of the workflow "TARS updates".'],
};

function explain({ status, type, text }: TestAnswer, origin: string): Finding {
  if (/text\/html/i.test(type)) {
    return problem(
      `A web page answers at ${origin} (${status}), and no webhook.`,
      `Something stands before n8n, or the path is wrong: set ${SETTING} to the address that the Webhook node shows as its production URL.`,
    );
  }
  const refusal = DISCORD_REFUSALS[/"discord":(\d{3})/.exec(text)?.[1] ?? ''];
  if (refusal !== undefined) return problem(`n8n at ${origin} is there, but ${refusal[0]}`, refusal[1]);
  if (status >= 200 && status < 300) return ok(`n8n at ${origin} took a test update (${status}).`);
  if (status === 404) {
    return problem(
      /not registered/i.test(text)
        ? `n8n at ${origin} has no such webhook (404): the workflow is not active, or takes no POST.`
        : `There is no webhook under that address at ${origin} (404).`,
      `Activate the workflow, and set ${SETTING} to its production address.`,
    );
  }
  if (status === 401 || status === 403) {
    return problem(
      `n8n at ${origin} refuses the token (${status}).`,
      'Set N8N_WEBHOOK_TOKEN to what the Webhook node expects: header auth, name Authorization, value "Bearer " and the token.',
    );
  }
  if (status >= 300 && status < 400) {
    return problem(
      `${origin} redirects (${status}), and a redirected update would arrive empty.`,
      `Set ${SETTING} to the address it redirects to.`,
    );
  }
  if (status === 429) return note(`n8n at ${origin} wants fewer messages (429).`, 'Nothing is lost: updates wait until it takes them.');
  return status >= 500
    ? problem(`n8n at ${origin} failed over a test update (${status}).`, "Look at the workflow's executions in n8n for what went wrong.")
    : problem(`n8n at ${origin} refuses a test update (${status}).`, "Look at the workflow's executions in n8n for what it did not like.");
}
