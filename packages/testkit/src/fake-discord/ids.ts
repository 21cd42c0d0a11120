// The ids and tokens of the fake's one channel, its webhook, its bot and the person in it.

/** Fixed, so that a workflow can be set up before the server starts. */
export const FAKE_DISCORD = {
  channelId: '1200000000000000001',
  webhookId: '1200000000000000002',
  webhookToken: 'fake-webhook-token',
  applicationId: '1200000000000000003',
  botId: '1200000000000000004',
  botToken: 'fake-bot-token',
  /** Whoever `say` speaks for unless told otherwise. */
  userId: '1200000000000000005',
} as const;
