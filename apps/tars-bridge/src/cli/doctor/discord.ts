// Is the Discord webhook there, and can it carry buttons? It is looked at, and nothing is posted.
import type { Config } from '@tars/core/env';
import { about, type Finding, whyNot } from './finding.js';

const ANSWER_MS = 5_000;

const { ok, note, problem } = about('discord');

export async function checkDiscord({
  discordWebhookUrl: url,
  discordButtons,
}: Pick<Config, 'discordWebhookUrl' | 'discordButtons'>): Promise<Finding[]> {
  if (url === null) return [];
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    const webhook: unknown = await response.json().catch(() => null);
    if (response.status === 429)
      return [note('Discord wants fewer requests right now (429).', 'Nothing is lost: updates wait until it takes them.')];
    if (response.status >= 500)
      return [problem(`Discord answers ${response.status}.`, 'Updates wait until it is well again; none is lost.')];
    if (!response.ok || typeof webhook !== 'object' || webhook === null || !('channel_id' in webhook)) {
      return [
        problem(
          `Discord does not know the webhook (${response.status}).`,
          "Make one in the channel's settings (Integrations, Webhooks) and set DISCORD_WEBHOOK_URL to its address.",
        ),
      ];
    }
    const isOwned = 'application_id' in webhook && webhook.application_id !== null;
    return discordButtons && !isOwned
      ? [
          note(
            'The Discord webhook belongs to no application, so Discord leaves its buttons out.',
            'Let your application make the webhook (see the n8n and Discord page), or set DISCORD_BUTTONS=false.',
          ),
        ]
      : [ok('The Discord webhook is there.')];
  } catch (error) {
    return [
      problem(`Discord cannot be reached (${whyNot(error)}).`, 'Check the network of this machine. Updates wait until then; none is lost.'),
    ];
  }
}
