// The settings of everything TARS sends: n8n, Discord, the feed.
import * as v from 'valibot';
import { optional, setting } from '../setting.js';
import { flag, httpUrl, list, oneOf, token } from '../values.js';

const discordUser = v.pipe(v.string(), v.regex(/^\d{15,21}$/, 'is not a Discord user id (15 to 21 digits)'));

export const UPDATES = {
  n8nWebhookUrl: optional({
    name: 'N8N_WEBHOOK_URL',
    doc: 'Updates, questions and confirmation requests are posted here. Use the production address (/webhook/…), not /webhook-test/….',
    example: 'https://n8n.example.com/webhook/your-webhook-id',
    secret: true,
    schema: httpUrl,
  }),
  discordUpdatesWebhook: optional({
    name: 'DISCORD_UPDATES_WEBHOOK',
    doc: 'Takes the place of N8N_WEBHOOK_URL for all of these messages.',
    example: 'https://n8n.example.com/webhook/your-updates-id',
    secret: true,
    schema: httpUrl,
  }),
  n8nWebhookToken: optional({
    name: 'N8N_WEBHOOK_TOKEN',
    doc: 'Sent as the Authorization of every message.',
    example: 'a-long-random-text',
    secret: true,
    schema: token,
  }),
  n8nWebhookSecret: optional({
    name: 'N8N_WEBHOOK_SECRET',
    doc: 'Signs every message (Standard Webhooks headers).',
    example: 'a-long-random-text',
    secret: true,
    schema: token,
  }),
  detailedUpdates: setting({
    name: 'ENABLE_DETAILED_UPDATES',
    doc: 'true: every edit, command and result. false: the major phases only. A single task can ask for either.',
    default: 'true',
    schema: flag,
  }),
  hideCommandOutput: setting({
    name: 'HIDE_COMMAND_OUTPUT',
    doc: 'Leaves the output of commands out of the updates.',
    default: 'false',
    schema: flag,
  }),
  feedStyle: setting({
    name: 'FEED_STYLE',
    doc: 'messages: one message per update. card: one card per task, kept current; only what should wake you is a message.',
    default: 'messages',
    schema: oneOf('messages', 'card'),
  }),
  discordWebhookUrl: optional({
    name: 'DISCORD_WEBHOOK_URL',
    doc: 'Posts straight to a Discord channel, without n8n (also beside it).',
    example: 'https://discord.com/api/webhooks/your-id/your-token',
    secret: true,
    schema: httpUrl,
  }),
  discordPublicKey: optional({
    name: 'DISCORD_PUBLIC_KEY',
    doc: 'The public key of your Discord application: opens POST /webhook/discord-interactions to what its buttons send.',
    example: 'the-64-hex-digits-discord-shows',
    schema: v.pipe(v.string(), v.toLowerCase(), v.regex(/^[0-9a-f]{64}$/, 'is not 64 hex digits')),
  }),
  discordButtons: setting({
    name: 'DISCORD_BUTTONS',
    doc: 'Approve and Deny under each request for a code. Only for a webhook or bot of your own application, with DISCORD_PUBLIC_KEY set at the api.',
    default: 'false',
    schema: flag,
  }),
  discordUsers: optional({
    name: 'DISCORD_USERS',
    doc: 'The Discord users whose buttons count, separated by commas. By default DISCORD_MENTION_USER.',
    example: '123456789012345678',
    schema: list(discordUser),
  }),
  discordMentionUser: optional({
    name: 'DISCORD_MENTION_USER',
    doc: 'The Discord user to ping when a task waits for an answer.',
    example: '123456789012345678',
    schema: discordUser,
  }),
};
