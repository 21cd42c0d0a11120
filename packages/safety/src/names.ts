// Program names: one spelling per program, and the programs whose words are only text.

/** The name the rules know: no directory, no version, no `.exe`, no GNU `g`. */
export function canonical(name: string): string {
  if (/^\/etc\/(init|rc)\.d\//.test(name)) return 'service';
  const base = name.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '');
  if (/^mkfs\.|^newfs_/.test(base)) return base.startsWith('mkfs') ? 'mkfs' : 'newfs';
  if (
    /^g(rm|unlink|rmdir|shred|truncate|chmod|chown|chgrp|dd|timeout|nice|nohup|env|stdbuf|mv|cp|ln|tee|install|kill|echo|cat|printf|base64|tr|tar|sort|split)$/.test(
      base,
    )
  )
    return base.slice(1);
  const unversioned = /^(python|pypy|perl|ruby|node|php|lua|luajit|pip|tclsh|guile|wish|expect|ksh|bash|zsh|gawk|octave)[\d.-]*\d$/.exec(
    base,
  )?.[1];
  return unversioned ?? (base === 'nodejs' ? 'node' : base);
}

/** Programs whose words are names, patterns, files or messages: nothing in them is a command or a deleting verb. */
const TEXTUAL = new Set(
  (
    'echo printf print cat ls cd pushd popd mkdir touch less more head tail bat tee wc sort uniq cut tr nl od xxd hexdump file stat readlink realpath basename dirname which type whatis whereis apropos man info tldr help command hash ' +
    'grep egrep fgrep zgrep rg ag ack sed gsed awk gawk mawk nawk jq yq xmllint xmlstarlet diff cmp comm cp mv ln install tar zip unzip gzip gunzip xz open xdg-open code vim vi nvim nano emacs say notify-send logger test [ [[ set unset export ' +
    'python node ruby perl php lua deno bun java javac go rustc gcc g++ cc clang make cmake ninja just rake gradle gradlew mvn mvnw ant npm pnpm yarn pip pipx uv poetry cargo gem bundle composer apt apt-get apt-cache dnf yum pacman brew apk dpkg rpm ' +
    'git hg svn fossil jj docker kubectl terraform pytest coverage jest vitest mocha rspec phpunit behave cypress playwright tox nox eslint prettier tsc mypy flake8 ruff black find fd locate curl wget scp rsync psql mysql sqlite3 redis-cli ' +
    'alias unalias trap kill history read printenv env dig host nslookup ping whois figlet cowsay tmux screen watch crontab dolt snap flatpak conda mamba opam luarocks stow rails trans dict units espeak espeak-ng gcalcli : true false ' +
    'local declare typeset readonly complete compgen bind shopt ulimit umask wait jobs fg bg exit return break continue source . eval getopts let date seq sleep ps top lsof ss netstat md5sum sha256sum sha1sum strings gh glab dart flutter dotnet swift tree du df id groups'
  ).split(' '),
);

export const takesText = (program: string): boolean => TEXTUAL.has(program);
