// What a command is for, as people would say it; told from the same parse, and never part of the verdict.
import { canonical } from './names.js';
import type { Node, Script } from './syntax.js';
import { unwrap } from './unwrap.js';
import type { Purpose } from './verdict.js';

type Row = { readonly purpose: Purpose; readonly pattern: RegExp; readonly examples: readonly string[] };

/** Matched in order against the words of each simple command, wrappers taken off. */
export const PURPOSES: readonly Row[] = [
  {
    purpose: 'test',
    pattern:
      /^(pytest|py\.test|jest|vitest|mocha|ava|tap|jasmine|karma|rspec|phpunit|pest|ctest|bats|tox|nox|behave|cucumber|nosetests|nose2|ginkgo|gotestsum|cypress|playwright|testcafe|stryker|codecept)(?!\S)(?! (install|open|codegen)\b)|^python (-\S+ )*-m (pytest|unittest|nose2?|doctest)\b|^coverage run\b.*\b(pytest|unittest)\b|^python \S*(manage\.py|setup\.py) test\b|^python \S*\btests?\S*\.py\b|^node (--\S+ )*--test\b|^(npm|pnpm|yarn|bun)( [^-\s]\S*=\S+| -\S+( [^-\s][^\s=]*)?)*? (run |run-script )?(t|tst|test)(:\S+)?(?!\S)|^(cargo|go|dotnet|swift|deno|zig|mix|sbt|lein|stack|cabal|flutter|dart|gleam|rails|turbo|nx|bazel|buck2?|moon|forge|anchor|hardhat|crystal)( -\S+| \+\S+)* (run )?(test|nextest|spec|run-tests)(?!\S)|^(make|gmake|just|task|rake|ninja|mage)( -\S+( [^-\s]\S*)?)*? (\S+:)?(test|tests|check|spec)(?!\S)|^(gradle|gradlew|mvn|mvnw|ant|composer|phing)\b.*\b(test|verify|check)(?!\S)|^(ng|ember|vue-cli-service|react-scripts|craco|wp-scripts) (test|e2e|test:unit|run .*:test)\b|^(php|ruby) \S*(artisan test|vendor\/bin\/(phpunit|pest)|_(test|spec)\.rb)\b/,
    examples: [
      'npm test',
      'pytest',
      'python -m pytest',
      'node --test',
      'cargo test',
      'go test ./...',
      'npx jest',
      'make test',
      'yarn test --watch=false',
      'npm run test:unit',
      'poetry run pytest -q',
      './gradlew test',
      'CI=1 npm test',
    ],
  },
  {
    purpose: 'install',
    pattern:
      /^(npm|pnpm|yarn|bun)( -\S+)* (i|install|ci|add|update|upgrade|up|link|dedupe|remove|uninstall)\b|^yarn(?! \S)|^pip(x)? (install|uninstall|download|sync)\b|^python (-\S+ )*-m (pip (install|download)|venv|ensurepip)\b|^uv (sync|add|pip install|lock|venv|tool install|remove)\b|^(poetry|pipenv|pdm|rye|conda|mamba|bundle|composer|gem|brew|apt|apt-get|dnf|yum|apk|pacman|zypper|snap|flatpak|opam|luarocks|cpan|cpanm|mix|pod|carthage|choco|winget|scoop|asdf|mise|volta|nvm|rustup|deno|go|cargo|dotnet|helm|stack|cabal)( -\S+)* (install|add|update|upgrade|sync|restore|get|deps\.get|require|create|-S\S*|lock|fetch|tool install|mod (tidy|download)|remove|uninstall|bundler?)\b|^(virtualenv|playwright install|npm-check-updates|ncu)\b|^dotnet (add|restore)\b/,
    examples: [
      'npm install',
      'pip install -r requirements.txt',
      'yarn',
      'pnpm add -D msw',
      'uv sync',
      'bundle install',
      'apt-get install -y jq',
      'go mod tidy',
      'cargo add serde',
    ],
  },
  {
    purpose: 'build',
    pattern:
      /^(tsc|webpack|rollup|esbuild|swc|vite build|next build|parcel|cmake|make|gmake|ninja|meson|gcc|g\+\+|clang(\+\+)?|cc|rustc|javac|kotlinc|scalac|ghc|dune|sbt|ld|ar|bazel|buck2?|turbo|nx|gradle|gradlew|mvn|mvnw|ant|msbuild|xcodebuild|eslint|prettier|biome|ruff|black|isort|mypy|flake8|pylint|pyright|rubocop|golangci-lint|gofmt|rustfmt|clang-format|shellcheck|shfmt|stylelint|tslint|oxlint|standard|phpstan|psalm|php-cs-fixer|webpack-cli|tsup|unbuild|ng build|hugo|jekyll|docusaurus|mkdocs|sphinx-build|protoc|svelte-check|vue-tsc)(?!\S)|^(npm|pnpm|yarn|bun)( -\S+)* (run |run-script )?(build|compile|lint|format|typecheck|type-check|check|bundle|prepare)(:\S+)?(?!\S)|^(cargo|go|dotnet|swift|zig|mix|stack|cabal|flutter|dart|docker|podman|deno)( compose)? (build|compile|check|clippy|fmt|vet|publish|doc|analyze|format|lint)\b|^python (-\S+ )*-m (build|compileall|mypy|black|ruff|flake8|pylint|isort|py_compile)\b|^python \S*setup\.py (build|sdist|bdist)/,
    examples: [
      'npm run build',
      'tsc -b',
      'cargo build --release',
      'make',
      'go build ./...',
      'eslint .',
      'black src',
      'docker build -t shop .',
    ],
  },
  { purpose: 'git', pattern: /^(git|gh|glab|hub|jj|hg|svn)(?!\S)/, examples: ['git status', 'git commit -m "x"', 'gh pr list'] },
  {
    purpose: 'read',
    pattern:
      /^(cat|ls|ll|pwd|grep|egrep|fgrep|rg|ag|ack|find|fd|head|tail|less|more|bat|wc|stat|file|tree|du|df|which|type|whereis|man|info|help|tldr|diff|cmp|comm|sort|uniq|cut|awk|gawk|jq|yq|nl|od|xxd|hexdump|strings|readlink|realpath|basename|dirname|env|printenv|whoami|id|hostname|uname|date|uptime|ps|top|lsof|ss|netstat|echo|printf|history|cd|pushd|popd|test|\[|sed|column|tr|command|hash|locate|md5sum|sha\d+sum|objdump|nm|ldd|dig|host|nslookup|ping)(?!\S)|^\S+ (--version|-v|-V|version|--help)$|^(npm|pnpm|yarn|pip|cargo|gem|docker|kubectl|go|brew|apt|conda|composer|dotnet)( compose)? (ls|list|view|info|show|outdated|why|search|audit|freeze|tree|ps|images|logs|inspect|get|describe|env|config (get|list)|version|doctor|query|metadata)\b/,
    examples: ['ls -la', 'cat a.txt', 'grep -rn x src', 'node --version', 'npm ls', 'docker ps'],
  },
  {
    purpose: 'run',
    pattern:
      /^(node|python|ruby|perl|php|deno|bun|tsx|ts-node|java|lua|Rscript|R|julia|go run|cargo run|dotnet run|swift run|flask|uvicorn|gunicorn|fastapi|django-admin|nodemon|npm (run|start|exec)|pnpm (run|start|dev)|yarn (run|start|dev)|bun run|npm-run-all|next|vite|serve|http-server|rails|sh|bash|zsh|dash|docker|podman|curl|wget|ssh|psql|mysql|sqlite3|redis-cli|redis-server|just|task|rake|mix|elixir|iex|expo|electron)(?!\S)|^\.{0,2}\/\S+/,
    examples: ['node server.js', 'python tool.py', './run.sh', 'npm start', 'go run tool.go', 'curl -s localhost:3000'],
  },
];

/** Most telling first: of `cd app && npm test` people would say that it tests. */
const WEIGHT: readonly Purpose[] = ['test', 'build', 'install', 'git', 'run', 'other', 'read'];

const MAX_COMMANDS = 200;

export function purposeOf(script: Script): Purpose {
  const said = new Set(commandsIn(script.nodes).slice(0, MAX_COMMANDS).map(purposeOfWords));
  return WEIGHT.find((purpose) => said.has(purpose)) ?? 'other';
}

function purposeOfWords(words: readonly string[]): Purpose {
  let argv = words;
  for (let depth = 0; depth < 8; depth++) {
    const inner = unwrap(canonical(argv[0] ?? ''), argv.slice(1))?.find((each) => 'argv' in each);
    if (inner === undefined || !('argv' in inner) || inner.argv.length === 0) break;
    argv = inner.argv;
  }
  const [name = '', ...args] = argv;
  const spelled =
    name.includes('/') && !/(^|\/)(bin|\.bin|venv|node_modules)\//.test(name) && !/^\.\/(gradlew|mvnw)$/.test(name)
      ? name
      : canonical(name);
  const line = [spelled, ...args].join(' ').slice(0, 500);
  return PURPOSES.find((row) => row.pattern.test(line))?.purpose ?? 'other';
}

function commandsIn(nodes: readonly Node[]): string[][] {
  return nodes.flatMap((node): string[][] => {
    switch (node.kind) {
      case 'command':
        return node.words.length === 0
          ? []
          : [node.words.map((word) => word.chunks.map((chunk) => (chunk.kind === 'text' ? chunk.value : '')).join(''))];
      case 'pipeline':
        // What is piped along only dresses the first stage's output.
        return commandsIn(node.stages.slice(0, 1));
      case 'list':
        return commandsIn(node.nodes);
      case 'maybe':
      case 'subshell':
      case 'redirected':
        return commandsIn([node.node]);
      case 'for':
        return commandsIn([node.body]);
      default:
        return [];
    }
  });
}
