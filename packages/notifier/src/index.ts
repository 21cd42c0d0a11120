export type { Channel, Delivery, Outcome } from './channel.js';
export { createDiscordChannel, type DiscordOptions } from './discord/channel.js';
export { createN8nChannel, type N8nOptions } from './n8n/channel.js';
export { webhookHeaders } from './n8n/signature.js';
export { sendTestUpdate, type TestAnswer } from './n8n/test-update.js';
export type { Past } from './past.js';
export { createRelay, type Relay, type RelayOptions } from './relay.js';
export { type Notifier, type NotifierOptions, type NotifierSettings, startNotifier } from './start.js';
export { type Call, createVoiceChannel, type Voice, type VoiceOptions } from './voice/channel.js';
