// What is known to pass although it may do harm, and why that is accepted; each has a test, so that none is forgotten or outgrown.

export type ResidualRisk = { readonly id: string; readonly risk: string; readonly accepted: string; readonly examples: readonly string[] };

const SANDBOX = 'The sandbox bounds what it can reach.';

export const RESIDUAL_RISKS: readonly ResidualRisk[] = [
  {
    id: 'unread-script',
    risk: 'A script, a named script or a playbook that the caller cannot read runs whatever it holds.',
    accepted: 'Asking for every script would ask all day. The reason says that nobody read it.',
    examples: ['bash cleanup.sh', 'npm run clean', 'ansible-playbook site.yml', 'ssh host ./deploy.sh'],
  },
  {
    id: 'hidden-in-script',
    risk: 'A script that is read, but hides its commands behind values only known when it runs.',
    accepted: "Launchers such as Gradle's do so honestly. The reason says that it was not read whole.",
    examples: ['./gradlew build'],
  },
  {
    id: 'install-hooks',
    risk: 'Installing a package runs the hooks that the package brings along.',
    accepted: `Installing is described as safe. ${SANDBOX}`,
    examples: ['npm install left-pad', 'pip install requests'],
  },
  {
    id: 'own-names',
    risk: 'Functions, aliases and `PATH` that an earlier command line left in the shell give a name another meaning.',
    accepted: 'Each line is judged when it is given: defining such a function or alias over a deletion is what asks.',
    examples: ['tidy out', 'PATH=./tools:$PATH ls'],
  },
  {
    id: 'outside-variables',
    risk: 'A variable set outside of the command line, given as an argument, may hold an option that destroys.',
    accepted: 'Nearly every such variable is a path or a name; in the place of the program it does ask.',
    examples: ['git push $FLAGS', 'docker compose down $EXTRA'],
  },
  {
    id: 'content-over-content',
    risk: 'Writing content replaces what a file held; so do copying, moving and editing in place.',
    accepted: 'That is what editing is; the owner sees the change in version control and can undo it.',
    examples: ['echo hi > notes.md', 'cp a.ts b.ts', 'mv a.ts b.ts', "sed -i 's/a/b/' notes.md", "perl -i -ne 'print if 0' notes.md"],
  },
  {
    id: 'second-round',
    risk: 'What a loop assigns at its end is not yet known where its beginning uses it.',
    accepted: 'Bodies are walked once, to keep the time bounded.',
    examples: ['c=ls; for i in 1 2; do $c x; c=rm; done'],
  },
  {
    id: 'endless-loops',
    risk: 'A loop without an end fills a disk or starts ever more processes.',
    accepted: `Whether a loop ends cannot be told in general. ${SANDBOX} A command has a time limit.`,
    examples: ['while true; do echo x >> log; done', 'while :; do sleep 1 & done', "perl -e 'fork while fork'"],
  },
  {
    id: 'raw-protocols',
    risk: 'Bytes sent to a server by hand speak its protocol.',
    accepted: 'They cannot be told from any other bytes.',
    examples: ["printf 'FLUSHALL\\r\\n' | nc localhost 6379", 'curl -X POST -d @drop.json localhost:8080/admin'],
  },
  {
    id: 'partial-changes',
    risk: 'Updates of some rows or fields, and migrations forward, change data as well.',
    accepted: 'Writing data is ordinary work; only dropping, emptying, deleting and updating everything asks.',
    examples: [
      "psql -c 'UPDATE members SET a = 1 WHERE id = 2'",
      "mongosh --eval 'db.users.updateMany({}, { $unset: { a: 1 } })'",
      'rails db:migrate',
    ],
  },
  {
    id: 'recoverable',
    risk: 'Uninstalling, cleaning of what was built, emptying of caches, trash, restarting, rolling back and merged branches.',
    accepted: 'All of it can be had again, and is done all day.',
    examples: [
      'npm uninstall react',
      'cargo clean',
      'trash old.txt',
      'systemctl restart shop',
      'kubectl rollout undo deploy/web',
      'git branch -d done',
      'git tag -d v1',
    ],
  },
  {
    id: 'rare-clients',
    risk: 'Command-line clients nobody told us of, whose verb for deleting is a word of their own or shortened.',
    accepted: 'The usual verbs are known for every program.',
    examples: ['warehouse yeet box 7', 'hoster zap site7'],
  },
  {
    id: 'computed-code',
    risk: 'Program text that finds out what to delete or call as it runs, without any name that tells.',
    accepted: 'Strings, imports, aliases and simple assembly are followed; computing is not.',
    examples: ["python3 -c \"import os; f = vars(os)[[k for k in vars(os) if k.startswith('unl')][0]]; f('a')\""],
  },
  {
    id: 'secrets-by-value',
    risk: 'A secret in a variable of the environment is sent as part of a request.',
    accepted: 'Sending a token is how one authenticates; which host may have it cannot be known here.',
    examples: ['curl -H "Authorization: Bearer $TOKEN" https://example.com'],
  },
];
