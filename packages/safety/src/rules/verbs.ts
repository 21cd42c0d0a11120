// Any other command-line client whose first words are a deleting verb: `heroku apps:destroy`, `hcloud server delete 3`.
import { beforeDashes, operands } from '../call.js';
import { deletingVerb } from '../deleting-verb.js';
import { takesText } from '../names.js';
import { DELETE_RESOURCES, type Rule } from '../rule.js';

/** Textual programs that nevertheless are clients with deleting verbs. */
const CLIENTS = ['gh', 'glab'];
/** Hosting clients, where removing means a deployment or a site. */
const HOSTING = [
  'vercel',
  'now',
  'netlify',
  'railway',
  'render',
  'fly',
  'flyctl',
  'heroku',
  'surge',
  'dokku',
  'render',
  'deployctl',
  'modal',
  'convox',
  'koyeb',
  'northflank',
  'platform',
  'upsun',
];

/** Verbs after which every word only says what to look at. */
const READS = /^(search|list|ls|show|get|describe|view|explain|help|log|logs|find|query|test|wait)$/;

const SWITCH = /^-(-(force|yes|quiet|all|verbose|debug|json|no-\S+|assume-yes|non-interactive|wait|recursive)|[a-zA-Z])$/;

/** Whether the word is what a long option was given. */
const isOptionValue = (args: readonly string[], word: string): boolean => {
  const before = args[args.indexOf(word) - 1] ?? '';
  return before.length > 2 && before.startsWith('--') && !before.includes('=') && !SWITCH.test(before);
};

export const VERB_RULE: Rule = {
  id: 'deleting-verb',
  category: 'infrastructure',
  reason: DELETE_RESOURCES,
  programs: [],
  when: ({ program, args }) => {
    if ((takesText(program) && !CLIENTS.includes(program)) || args.includes('help')) return false;
    const valued = [
      '-p',
      '-c',
      '-R',
      '--repo',
      '-t',
      '-o',
      '-n',
      '-s',
      '--profile',
      '--project',
      '--region',
      '-a',
      '--app',
      '--config',
      '--context',
      '--org',
      '-H',
      '--host',
    ];
    const words = operands(beforeDashes(args), valued).slice(0, 4);
    if (/[a-z]-(rm|delete|destroy|purge)$/.test(program) && args.length > 0) return true;
    if (
      args.some((arg) => /^--(delete|destroy|purge|wipe|delete-all|undefine)$/.test(arg)) &&
      /^(un|move|destroy|delete|remove)/.test(words[0] ?? '')
    )
      return true;
    const at = words.findIndex(
      (word) =>
        deletingVerb(word) ||
        word === 'prune' ||
        (HOSTING.includes(program) && /^(remove|[a-z]+:remove|teardown)$/.test(word)) ||
        (word === 'd' && args.length > 2 && words[0] !== 'd'),
    );
    const verb = words[at] ?? '';
    if (words.slice(0, at).some((word) => READS.test(word)) || (at > 0 && isOptionValue(args, verb))) return false;
    // Words before the verb are nouns of the client (`server delete`), never paths or free text.
    return at >= 0 && words.slice(0, at).every((word) => /^[a-z][a-z0-9:-]*$/.test(word));
  },
  asks: [
    'heroku apps:destroy shop --confirm shop',
    'hcloud server delete 3',
    'vault kv metadata delete secret/shop',
    'gh release delete v2.1 -y',
    'virsh undefine vm',
    'npx eas-cli build:delete 3',
    'fly apps destroy web',
  ],
  runs: [
    'heroku apps',
    'hcloud server list',
    'gh pr list',
    'fossil delete a.txt',
    'heroku apps:destroy --help',
    './form -f delete.txt',
    'gh search code delete',
    "gh issue list --search 'delete'",
    'npx playwright test --grep delete',
  ],
};
