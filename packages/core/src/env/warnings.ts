// What is readable but probably not meant, and what is readable but refused.
import type { Reading } from './read-setting.js';
import type { Env } from './setting.js';
import { SETTINGS, type Values } from './settings.js';

/** The code printed in the product's documentation: everybody knows it. */
const SAMPLE_CODE = '6283';
/** Set by TARS itself, for the commands of a task. */
const NOT_SETTINGS = ['TARS_TASK_ID', 'TARS_TASK_SINCE', 'TARS_ATTEMPT', 'TARS_COMMAND_ID'];

const NAMES = new Set(Object.values(SETTINGS).flatMap(({ name, fromFile }) => (fromFile ? [name, `${name}_FILE`] : [name])));

export function warningsOf(env: Env, readings: ReadonlyMap<keyof Values, Reading>): { warnings: string[]; refusals: string[] } {
  const read = [...readings].flatMap(([field, reading]) => (reading.ok ? [{ ...reading, field, name: SETTINGS[field].name }] : []));
  const warnings = read
    .filter(({ hadPrefix }) => hadPrefix)
    .map(({ name }) => `${name}: its value began with "${name}=" once more; that was left out.`);

  for (const { field, name, value } of read) {
    if (field !== 'n8nWebhookUrl' && field !== 'discordUpdatesWebhook') continue;
    if (typeof value === 'string' && new URL(value).pathname.includes('/webhook-test/')) {
      warnings.push(
        `${name}: this is n8n's test address, which answers only while its editor listens. Activate the workflow and use the address with /webhook/ instead.`,
      );
    }
  }

  const isSet = (field: keyof Values) => read.some((one) => one.field === field && one.value !== null && one.value !== false);
  if (isSet('discordButtons') && !isSet('discordPublicKey')) {
    warnings.push('DISCORD_BUTTONS: nothing could check what the buttons send, so there are none until DISCORD_PUBLIC_KEY is set.');
  }
  if (isSet('discordPublicKey') && !isSet('discordUsers') && !isSet('discordMentionUser')) {
    warnings.push("DISCORD_PUBLIC_KEY: nobody's buttons count until DISCORD_USERS (or DISCORD_MENTION_USER) says whose.");
  }

  const refusals: string[] = [];
  if (read.some(({ field, value }) => field === 'confirmationCode' && value === SAMPLE_CODE)) {
    const said = 'CONFIRMATION_CODE: this is the sample code of the documentation, so ANYONE CAN APPROVE destructive commands';
    if (env.NODE_ENV === 'production') {
      refusals.push(`${said}; it is refused with NODE_ENV=production. Example: CONFIRMATION_CODE=${SETTINGS.confirmationCode.example}`);
    } else warnings.push(`${said}. Choose your own 4 to 12 digits before real use.`);
  }

  for (const name of Object.keys(env).filter((key) => key.startsWith('TARS_') && !NAMES.has(key) && !NOT_SETTINGS.includes(key))) {
    warnings.push(`${name}: there is no such setting${meant(name)}`);
  }
  return { warnings, refusals };
}

/** Most often a real name under a prefix it does not have, or with its words run together. */
function meant(name: string): string {
  const squeezed = (text: string) => text.replaceAll('_', '');
  const bare = name.slice('TARS_'.length);
  const near = [...NAMES].find((known) => known === bare || squeezed(known) === squeezed(name));
  return near === undefined ? '.' : `; did you mean ${near}?`;
}
