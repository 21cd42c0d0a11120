// Tools whose output is made to be evaluated by a shell: settings for it, and nothing else.

type Printer = { readonly programs: readonly string[]; readonly says: RegExp };

const PRINTERS: readonly Printer[] = [
  { programs: ['ssh-agent', 'gpg-agent', 'keychain', 'dircolors', 'lesspipe', 'register-python-argcomplete'], says: /^(?!.*-c )/ },
  { programs: ['brew'], says: /^shellenv/ },
  { programs: ['direnv'], says: /^(hook|export) / },
  { programs: ['mise', 'rtx', 'asdf'], says: /^(activate|env|hook-env|exec-env)/ },
  {
    programs: [
      'pyenv',
      'rbenv',
      'nodenv',
      'goenv',
      'jenv',
      'plenv',
      'phpenv',
      'starship',
      'zoxide',
      'atuin',
      'oh-my-posh',
      'mcfly',
      'navi',
    ],
    says: /^(init|virtualenv-init|widget)/,
  },
  { programs: ['fnm', 'opam', 'luarocks', 'volta', 'nvm', 'vault', 'docker-machine'], says: /^(env|path|setup)/ },
  { programs: ['minikube', 'podman'], says: /^(docker-env|podman-env)/ },
  { programs: ['conda', 'mamba', 'micromamba'], says: /^(shell\.|shell hook)/ },
  { programs: ['fzf', 'thefuck', 'wezterm'], says: /^(--bash|--zsh|--alias|shell-completion)/ },
  {
    programs:
      'kubectl helm gh glab docker podman npm pip poetry uv uvx rustup deno just kind minikube flux argocd oc tilt stern yq hugo k3d k9s pnpm bun hcloud doctl flyctl fly op chezmoi restic rclone ng cargo pipx pdm hatch ruff volta task eksctl istioctl cilium skaffold kustomize pulumi trivy cosign goreleaser'.split(
        ' ',
      ),
    says: /^(completions?|generate-shell-completion|gen-completions|shell-completion)( |$)/,
  },
];

export const printsSettings = (program: string, args: readonly string[]): boolean =>
  PRINTERS.some(({ programs, says }) => programs.includes(program) && says.test(`${args.join(' ')} `));
