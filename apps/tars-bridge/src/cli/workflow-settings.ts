// What the owner's workflows have to know, written into their Settings node in place of what they would read from n8n's environment.
import { EXIT, Stop } from './exit-code.js';

/** By the names they have in the node; only what was given. */
export type WorkflowSettings = Readonly<Record<string, string>>;

const SNOWFLAKE = /^\d{15,21}$/;
const NODE = 'Settings';
/** Where everything else is given, nothing is left to be read from n8n's environment. */
const DISCORD_API = 'https://discord.com/api/v10';

type Given = { channel: string | undefined; users: string | undefined; tarsUrl: string | undefined };

export function readWorkflowSettings({ channel, users, tarsUrl }: Given): WorkflowSettings {
  const ids = users?.split(/[\s,;]+/).filter((id) => id !== '');
  if (channel !== undefined && !SNOWFLAKE.test(channel)) throw new Stop(EXIT.usage, `--channel ${HOW_TO_COPY}`);
  if (ids !== undefined && (ids.length === 0 || !ids.every((id) => SNOWFLAKE.test(id))))
    throw new Stop(EXIT.usage, `--users ${HOW_TO_COPY}`);
  if (tarsUrl !== undefined && !/^https?:$/.test(protocolOf(tarsUrl)))
    throw new Stop(EXIT.usage, '--tars-url needs an address such as https://tars.example.com or http://127.0.0.1:5002.');
  const given = {
    ...(channel === undefined ? {} : { channel_id: channel }),
    ...(ids === undefined ? {} : { user_ids: ids.join(', ') }),
    ...(tarsUrl === undefined ? {} : { tars_url: tarsUrl.replace(/\/+$/, '') }),
  };
  return Object.keys(given).length === 0 ? {} : { discord_api: DISCORD_API, ...given };
}

const HOW_TO_COPY = 'needs ids of 15 to 21 digits. In Discord: User settings, Advanced, Developer mode; then right-click, Copy ID.';

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');

type Node = { name: string; parameters: { assignments?: { assignments: { name: string; value: string }[] } } };

/** The workflow's JSON with these values; the very same text where there are none. */
export function filledIn(workflow: string, settings: WorkflowSettings): string {
  if (Object.keys(settings).length === 0) return workflow;
  const parsed: { nodes: Node[] } = JSON.parse(workflow);
  for (const { name, parameters } of parsed.nodes) {
    if (name !== NODE) continue;
    for (const assignment of parameters.assignments?.assignments ?? []) assignment.value = settings[assignment.name] ?? assignment.value;
  }
  return `${JSON.stringify(parsed, null, 2)}\n`;
}
