// Accounts, scheduled work, firewalls and services: how the machine behaves from now on.
import { has, operands, valuesOf } from '../call.js';
import { CHANGE_SYSTEM, EXHAUST, type Rule } from '../rule.js';

export const SYSTEM_RULES: readonly Rule[] = [
  {
    id: 'accounts',
    category: 'system',
    reason: CHANGE_SYSTEM,
    programs: [
      'userdel',
      'deluser',
      'groupdel',
      'delgroup',
      'useradd',
      'adduser',
      'usermod',
      'groupmod',
      'groupadd',
      'addgroup',
      'passwd',
      'chpasswd',
      'chsh',
      'vipw',
      'gpasswd',
      'dscl',
      'newusers',
      'chage',
    ],
    when: ({ program, args }) =>
      !(program === 'chage' && has(args, '-l')) &&
      !(program === 'passwd' && has(args, '-S')) &&
      !(program === 'dscl' && !/-(delete|create|passwd|append|change)/.test(args.join(' '))) &&
      (args.length > 0 || program === 'passwd' || program === 'chpasswd'),
    asks: ['userdel -r eve', "echo 'eve:y' | chpasswd", 'usermod -aG docker bob', 'passwd'],
    runs: ['id bob', 'getent passwd eve'],
  },
  {
    id: 'settings',
    category: 'system',
    reason: CHANGE_SYSTEM,
    programs: [
      'crontab',
      'defaults',
      'iptables',
      'ip6tables',
      'nft',
      'ufw',
      'firewall-cmd',
      'pfctl',
      'sysctl',
      'setenforce',
      'modprobe',
      'rmmod',
      'insmod',
      'efibootmgr',
      'nvram',
      'csrutil',
      'spctl',
      'journalctl',
      'gsettings',
      'dconf',
      'security',
      'tccutil',
      'nmcli',
      'ifconfig',
      'ip',
      'route',
      'history',
      'atrm',
      'update-alternatives',
      'update-rc.d',
      'chkconfig',
      'systemctl',
      'hostnamectl',
      'grub-install',
      'bcdedit',
      'ssh-copy-id',
      'launchctl',
      'scutil',
      'networksetup',
      'tmutil',
      'kextunload',
      'authselect',
    ],
    when: ({ program, args }) => {
      const [verb = '', second = '', third = ''] = operands(args, ['-t', '-A', '-I', '-u', '-n']);
      switch (program) {
        case 'crontab':
          return has(args, '-r');
        case 'history':
          return has(args, '-c', '-d') || args.includes('-cw');
        case 'defaults':
          return verb === 'delete';
        case 'iptables':
        case 'ip6tables':
          return has(args, '-F', '-X', '-P', '-D', '-A', '-I', '-Z', '--flush', '--delete');
        case 'nft':
          return /^(flush|delete|destroy|reset)$/.test(verb);
        case 'ufw':
          return /^(disable|reset|delete|deny|allow|enable)$/.test(verb);
        case 'sysctl':
          return has(args, '-w', '--write', '-p') || args.some((arg) => arg.includes('='));
        case 'journalctl':
          return args.some((arg) => arg.startsWith('--vacuum')) || has(args, '--rotate');
        case 'ip':
          return ['del', 'delete', 'flush'].includes(second) || (verb === 'link' && args.includes('down'));
        case 'ifconfig':
          return args.at(-1) === 'down';
        case 'nmcli':
        case 'security':
        case 'tmutil':
          return /^(delete|disable)/.test(verb) || /^delete|^down$/.test(second);
        case 'systemctl':
          return /^(enable|link|reenable|preset|set-property|edit)$/.test(verb);
        case 'launchctl':
          return /^(load|bootstrap|enable)$/.test(verb);
        case 'modprobe':
          return has(args, '-r', '--remove');
        case 'gsettings':
        case 'dconf':
          return /^(reset|reset-recursively)$/.test(verb);
        case 'update-alternatives':
          return has(args, '--install', '--set', '--remove', '--remove-all');
        case 'route':
          return /^(del|delete|flush)$/.test(verb);
        case 'hostnamectl':
          return verb === 'set-hostname' || (verb === 'hostname' && second !== '');
        case 'csrutil':
        case 'spctl':
          return /disable/.test(args.join(' '));
        case 'nvram':
          return has(args, '-c', '-d') || args.some((arg) => arg.includes('='));
        case 'networksetup':
        case 'scutil':
        case 'firewall-cmd':
          return args.some((arg) => /^-*(set|remove|delete|add)/.test(arg)) || third === 'down';
        case 'pfctl':
          return has(args, '-F', '-d', '-f');
        case 'authselect':
        case 'efibootmgr':
          return has(args, '-B', '-b', '-o', '-D') || verb === 'select';
        default:
          return args.length > 0 && !['--list', '-l', '--display'].includes(args[0] ?? '');
      }
    },
    asks: [
      'crontab -r -u eve',
      'defaults delete org.example.tool',
      'iptables -F',
      'ufw disable',
      'sysctl -w vm.swappiness=1',
      'history -c',
      'systemctl enable app.service',
      'journalctl --vacuum-size=1M',
    ],
    runs: ['crontab -l', 'iptables -L', 'history | tail -5', 'journalctl -n 50', 'systemctl list-units', 'ip a', 'sysctl vm.swappiness'],
  },
  {
    id: 'endless-output',
    category: 'resources',
    reason: EXHAUST,
    programs: ['fallocate', 'stress', 'stress-ng'],
    when: ({ program, args }) => program !== 'fallocate' || valuesOf(args, '-l', '--length').some((size) => /^\d{2,}\s*G|T/i.test(size)),
    asks: ['fallocate -l 100G big', 'stress --cpu 8'],
    runs: ['fallocate -l 1M small'],
  },
];
