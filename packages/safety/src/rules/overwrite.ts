// Programs that leave a file with nothing of what it held.
import { has, operands, valuesOf } from '../call.js';
import { isDevice, isSink } from '../paths.js';
import { mayExist } from '../place.js';
import { ERASE_DISK, OVERWRITE_FILES, type Rule } from '../rule.js';

const output = (args: readonly string[]): string | undefined => args.find((arg) => arg.startsWith('of='))?.slice(3);

export const OVERWRITE_RULES: readonly Rule[] = [
  {
    id: 'truncate',
    category: 'files',
    reason: OVERWRITE_FILES,
    programs: ['truncate'],
    when: ({ args, place }) =>
      !valuesOf(args, '-s', '--size').some((size) => size.startsWith('+')) &&
      operands(args, ['-s', '-r', '-o', '--size', '--reference']).some((path) => mayExist(path, place)),
    asks: ['truncate -s 0 app.log', 'truncate --size=0 *.ts'],
    runs: ['truncate -s +50M big.img', 'truncate --help'],
  },
  {
    id: 'dd-device',
    category: 'disks and power',
    reason: ERASE_DISK,
    programs: ['dd', 'cp', 'tee', 'pv', 'cat'],
    when: ({ program, args }) =>
      program === 'dd'
        ? isDevice(output(args) ?? '')
        : program !== 'cat' && program !== 'pv' && isDevice(args.at(-1) ?? '') && args.length > (program === 'tee' ? 0 : 1),
    asks: ['dd if=image.iso of=/dev/sda bs=4M', 'cp image.iso /dev/sdb'],
    runs: ['cat /dev/sda', 'cp /dev/sda image.img'],
  },
  {
    id: 'dd-file',
    category: 'files',
    reason: OVERWRITE_FILES,
    programs: ['dd'],
    when: ({ args, place }) => {
      const target = output(args);
      return (
        target !== undefined &&
        !isSink(target) &&
        !/^if=\/dev\/(?!zero|null|u?random)/.test(args.find((arg) => arg.startsWith('if=')) ?? '') &&
        mayExist(target, place)
      );
    },
    asks: ['dd if=/dev/zero of=shop.db bs=1k count=10'],
    runs: ['dd if=app.db of=/dev/null', 'dd --help'],
  },
  {
    id: 'replace-by-nothing',
    category: 'files',
    reason: OVERWRITE_FILES,
    programs: ['cp', 'install', 'ln', 'rsync', 'sort', 'cat', 'tee', 'sponge', 'mv'],
    when: ({ program, args, input }) => {
      const paths = operands(args, ['-m', '-o', '-t', '-S']);
      if (program === 'sponge' || program === 'tee')
        return input === '' && !has(args, '-a', '--append') && paths.some((path) => !isSink(path));
      if (program === 'sort') return paths[0] === '/dev/null' && valuesOf(args, '-o', '--output').length > 0;
      const nothing = paths[0] === '/dev/null' || (paths[0] === '/dev/stdin' && input === '');
      return nothing && paths.length > 1 && program !== 'cat';
    },
    asks: ['cp /dev/null app.log', 'ln -sf /dev/null notes.md', 'sort /dev/null -o notes.md', 'tee notes.md < /dev/null'],
    runs: ['cp a.ts b.ts', 'ln -s ../common common', 'echo hi | tee notes.md', 'cat /dev/null'],
  },
  {
    id: 'edit-to-nothing',
    category: 'files',
    reason: OVERWRITE_FILES,
    programs: ['sed', 'gsed', 'perl'],
    when: ({ program, args }) =>
      args.some((arg) => /^-[a-zA-Z]*i/.test(arg) || arg.startsWith('--in-place')) &&
      (program === 'perl'
        ? valuesOf(args, '-e', '-ne', '-pe').includes('') && has(args, '-n')
        : [...valuesOf(args, '-e', '--expression'), ...args].some((arg) => /^(1,\$)?\s*d$/.test(arg))),
    asks: ['sed -i d notes.md', "sed -i '1,$d' notes.md", "perl -i -ne '' notes.md"],
    runs: ["sed -i 's/a/b/' notes.md", "sed '1d' notes.md", "perl -i -pe 's/a/b/' notes.md"],
  },
];
