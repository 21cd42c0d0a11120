// Whole disks, file systems, and the power switch.
import { has, operands } from '../call.js';
import { ERASE_DISK, POWER_OFF, type Rule } from '../rule.js';

const POWER_VERBS = [
  'poweroff',
  'reboot',
  'halt',
  'soft-reboot',
  'kexec',
  'suspend',
  'hibernate',
  'hybrid-sleep',
  'suspend-then-hibernate',
  'rescue',
  'emergency',
  'exit',
];

export const DISK_RULES: readonly Rule[] = [
  {
    id: 'format',
    category: 'disks and power',
    reason: ERASE_DISK,
    programs: [
      'mkfs',
      'mke2fs',
      'mkswap',
      'mkdosfs',
      'mkntfs',
      'wipefs',
      'blkdiscard',
      'newfs',
      'badblocks',
      'pvcreate',
      'pvremove',
      'vgremove',
      'lvremove',
      'lvreduce',
      'vgreduce',
      'nwipe',
      'format',
      'cfdisk',
      'gdisk',
      'mkudffs',
    ],
    when: ({ program, args }) =>
      args.length > 0 &&
      (program !== 'wipefs' || has(args, '-a', '--all', '-o', '--offset')) &&
      (program !== 'badblocks' || has(args, '-w', '-n')) &&
      !(program === 'mkfs' && has(args, '-N')),
    asks: ['mkfs.ext4 /dev/sdc3', 'mkswap /dev/sdb2', 'wipefs -a /dev/sdb', 'blkdiscard /dev/nvme0n1', 'lvremove vg/data'],
    runs: ['wipefs /dev/sdb', 'lsblk', 'df -h', 'mkfs.ext4 --help'],
  },
  {
    id: 'partition',
    category: 'disks and power',
    reason: ERASE_DISK,
    programs: [
      'fdisk',
      'sfdisk',
      'parted',
      'sgdisk',
      'hdparm',
      'nvme',
      'diskutil',
      'mdadm',
      'cryptsetup',
      'zfs',
      'zpool',
      'btrfs',
      'dmsetup',
      'losetup',
      'asr',
      'gpart',
      'bcachefs',
      'tune2fs',
      'resize2fs',
      'storcli',
    ],
    when: ({ program, args }) => {
      const said = operands(args).slice(0, 3);
      switch (program) {
        case 'fdisk':
        case 'sfdisk':
          return args.length > 0 && !has(args, '-l', '--list', '-d', '--dump', '-s', '-V', '-x');
        case 'parted':
          return said.slice(1).some((word) => /^(mklabel|mktable|mkpart|rm|resizepart|rescue)$/.test(word));
        case 'sgdisk':
          return has(args, '-Z', '-z', '-o', '-d', '-n', '--zap-all', '--zap', '--clear', '--delete', '--new');
        case 'hdparm':
          return args.some((arg) => /^--(security-erase|trim-sector|write-sector|make-bad)/.test(arg));
        case 'diskutil':
          return (
            said.some(
              (word) =>
                /^(erase|secureErase|zero|random|partition|reformat|deleteVolume|deleteContainer|apfs)/i.test(word) &&
                !/^apfs$/i.test(word),
            ) || said.some((word) => /^delete/.test(word))
          );
        case 'mdadm':
          return has(args, '--zero-superblock', '--stop', '--fail', '--remove', '-S');
        case 'cryptsetup':
          return said.some((word) => /^(luksFormat|luksErase|erase|luksKillSlot|luksRemoveKey|reencrypt)$/.test(word));
        case 'nvme':
          return said.some((word) => /^(format|sanitize|delete-ns|write-zeroes|dsm)$/.test(word));
        case 'tune2fs':
        case 'resize2fs':
        case 'losetup':
          return false;
        default:
          return said.some((word) => /^(destroy|rollback|labelclear|delete|remove|remove_all|clear|wipe)$/.test(word));
      }
    },
    asks: [
      'fdisk /dev/sda',
      'parted /dev/sda mklabel gpt',
      'sgdisk -Z /dev/sda',
      'cryptsetup luksFormat /dev/sdb',
      'zfs destroy -r tank/media',
      'zpool destroy tank',
      'diskutil eraseDisk APFS X disk2',
      'btrfs subvolume delete /mnt/a',
      'mdadm --zero-superblock /dev/sdb',
    ],
    runs: ['fdisk -l', 'parted /dev/sda print', 'zfs list', 'diskutil list', 'cryptsetup status x'],
  },
  {
    id: 'power',
    category: 'disks and power',
    reason: POWER_OFF,
    programs: ['shutdown', 'reboot', 'poweroff', 'halt', 'telinit', 'init', 'systemctl', 'loginctl', 'rtcwake'],
    when: ({ program, args }) => {
      if (program === 'systemctl' || program === 'loginctl') return POWER_VERBS.includes(operands(args, ['-H', '-M'])[0] ?? '');
      if (program === 'init' || program === 'telinit') return args.length > 0;
      return !has(args, '-c') && !(program === 'rtcwake' && has(args, '-n')) && !args.includes('-w');
    },
    asks: ['shutdown -h +5', 'reboot', 'poweroff', 'systemctl reboot', 'init 0'],
    runs: ['shutdown -c', 'systemctl status', 'uptime', 'npm init -y'],
  },
];
