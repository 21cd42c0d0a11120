// Who may read, write and run a file; which processes live; who the commands run as.
import { has, operands, valuesOf } from '../call.js';
import { CHANGE_PERMISSIONS, ELEVATE, type Rule, TERMINATE } from '../rule.js';

const SERVICE_STOP = ['stop', 'kill', 'shutdown', 'terminate', 'quit', 'force-stop', 'mask', 'isolate'];

export const PERMISSION_RULES: readonly Rule[] = [
  {
    id: 'chmod',
    category: 'permissions',
    reason: CHANGE_PERMISSIONS,
    programs: [
      'chmod',
      'chown',
      'chgrp',
      'lchown',
      'chattr',
      'setfacl',
      'chcon',
      'setcap',
      'chflags',
      'icacls',
      'cacls',
      'takeown',
      'nfs4_setfacl',
    ],
    when: ({ args }) => args.length > 0,
    asks: ['chmod +x run.sh', 'chmod -R 777 .', 'chown -R app:app data', 'chgrp docker /run/a.sock', 'setfacl -m u:bob:rw a.txt'],
    runs: ['chmod --help', 'ls -l chmod.md', 'getfacl a.txt'],
  },
  {
    id: 'set-id-install',
    category: 'permissions',
    reason: CHANGE_PERMISSIONS,
    programs: ['install', 'mkdir', 'mknod'],
    when: ({ args }) => valuesOf(args, '-m', '--mode').some((mode) => /^0?[2467]\d{3}$|\+.*s|=.*s/.test(mode)),
    asks: ['install -m 4755 tool bin/tool'],
    runs: ['install -m 755 tool bin/tool', 'mkdir -m 755 data'],
  },
  {
    id: 'kill',
    category: 'processes and services',
    reason: TERMINATE,
    programs: [
      'kill',
      'pkill',
      'killall',
      'killall5',
      'xkill',
      'skill',
      'taskkill',
      'tskill',
      'fkill',
      'fkill-cli',
      'kill-port',
      'slay',
      'scancel',
      'qdel',
      'bkill',
      'condor_rm',
      'Stop-Process',
    ],
    when: ({ program, args }) =>
      (args.length > 0 || program === 'killall5' || program === 'xkill') &&
      !args.some((arg) => ['-l', '-L', '--list', '--table', '-0'].includes(arg)) &&
      !/^(-s|--signal) ?=?0 /.test(`${args.join(' ')} `),
    asks: ['kill -9 4242', 'pkill -f vite', 'killall node', 'kill $(cat server.pid)', 'kill %2', 'npx kill-port 3000'],
    runs: ['kill -l', 'kill -0 4242', 'killall -l', 'pgrep node'],
  },
  {
    id: 'fuser-kill',
    category: 'processes and services',
    reason: TERMINATE,
    programs: ['fuser'],
    when: ({ args }) => has(args, '-k', '--kill'),
    asks: ['fuser -k 3000/tcp'],
    runs: ['fuser 3000/tcp'],
  },
  {
    id: 'stop-service',
    category: 'processes and services',
    reason: TERMINATE,
    programs: [
      'systemctl',
      'service',
      'rc-service',
      'sv',
      'initctl',
      'supervisorctl',
      'launchctl',
      'brew',
      'loginctl',
      'machinectl',
      'pm2',
      'forever',
      'overmind',
      'circusctl',
      'pg_ctl',
      'pg_ctlcluster',
      'apachectl',
      'apache2ctl',
      'nginx',
      'mysqladmin',
      'rabbitmqctl',
      'pueue',
      'zellij',
      'monit',
      's6-rc',
      'dinitctl',
      'invoke-rc.d',
      'net',
      'sc',
      'caddy',
    ],
    when: ({ program, args }) => {
      const words = operands(args, ['-H', '-M', '-t', '-D', '-n', '-m', '-p', '-c', '--host', '--machine', '--type', '--signal', '-u']);
      const early = words.slice(0, 3);
      if (program === 'nginx') return valuesOf(args, '-s').some((signal) => signal === 'stop' || signal === 'quit');
      if (program === 'launchctl') return ['bootout', 'unload', 'stop', 'kill', 'remove', 'reboot', 'disable'].includes(early[0] ?? '');
      if (program === 'brew') return early[0] === 'services' && ['stop', 'kill'].includes(early[1] ?? '');
      if (program === 'systemctl') return SERVICE_STOP.includes(early[0] ?? '');
      if (program === 'pm2' || program === 'forever') return ['kill', 'delete', 'del', 'stop', 'stopall'].includes(early[0] ?? '');
      return early.some((word) => SERVICE_STOP.includes(word) || /^(terminate|kill|poweroff)-?/.test(word));
    },
    asks: [
      'systemctl stop nginx',
      'service caddy stop',
      'supervisorctl stop worker',
      'pm2 delete all',
      'launchctl bootout gui/501 com.shop',
      'brew services stop redis',
      'nginx -s stop',
      'loginctl terminate-session 3',
    ],
    runs: ['systemctl status rm.service', 'brew services start redis', 'service nginx status', 'pm2 list', 'launchctl list'],
  },
  {
    id: 'init-script-stop',
    category: 'processes and services',
    reason: TERMINATE,
    programs: ['screen', 'tmux'],
    when: ({ program, args }) =>
      program === 'screen'
        ? has(args, '-X') && args.some((arg) => arg === 'quit' || arg === 'kill')
        : args.some((arg) => /^kill-(server|session|window|pane)$/.test(arg)),
    asks: ['screen -S work -X quit', 'tmux kill-session -t dev'],
    runs: ['tmux ls', 'screen -ls'],
  },
  {
    id: 'elevate',
    category: 'privileges',
    reason: ELEVATE,
    programs: [
      'sudo',
      'doas',
      'pkexec',
      'su',
      'dzdo',
      'sudoedit',
      'run0',
      'runuser',
      'setpriv',
      'gksu',
      'gksudo',
      'kdesu',
      'visudo',
      'capsh',
      'please',
      'calife',
      'super',
      'sux',
      'runas',
      'gosu',
      'su-exec',
    ],
    when: ({ program, args }) =>
      !(program === 'sudo' && args.length > 0 && args.every((arg) => ['-l', '--list', '-V', '-k', '-K'].includes(arg))),
    asks: ['sudo apt-get update', 'doas reboot', "su -c 'make all'", 'pkexec id', 'su'],
    runs: ['sudo --help', 'sudo -l', 'which sudo'],
  },
  {
    id: 'privileged-container',
    category: 'privileges',
    reason: ELEVATE,
    programs: ['docker', 'podman', 'nerdctl', 'nsenter'],
    when: ({ program, args }) =>
      program === 'nsenter'
        ? valuesOf(args, '-t', '--target').includes('1')
        : args.some((arg) => arg === '--privileged' || arg === '--privileged=true' || arg === '--pid=host') ||
          valuesOf(args, '-v', '--volume').some((mount) => mount.startsWith('/:')),
    asks: ['docker run --privileged alpine id', 'docker run -v /:/host alpine ls', 'nsenter -t 1 -m sh'],
    runs: ['docker run --rm -v .:/app node:20 node -v'],
  },
];
