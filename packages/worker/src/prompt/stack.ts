// What a project is made with, told from the files at its top.
import { readdir } from 'node:fs/promises';

type Sign = {
  /** A file of this name at the top. */
  file: RegExp;
  stack: string;
};

const SIGNS: readonly Sign[] = [
  { file: /^pnpm-lock\.yaml$/, stack: 'Node (pnpm)' },
  { file: /^yarn\.lock$/, stack: 'Node (yarn)' },
  { file: /^bun\.lockb?$/, stack: 'Node (bun)' },
  { file: /^package\.json$/, stack: 'Node' },
  { file: /^deno\.jsonc?$/, stack: 'Deno' },
  { file: /^tsconfig\.json$/, stack: 'TypeScript' },
  { file: /^(pyproject\.toml|setup\.(py|cfg)|requirements.*\.txt|Pipfile)$|\.py$/, stack: 'Python' },
  { file: /^go\.mod$/, stack: 'Go' },
  { file: /^Cargo\.toml$/, stack: 'Rust' },
  { file: /^pom\.xml$/, stack: 'Java (Maven)' },
  { file: /^build\.gradle(\.kts)?$/, stack: 'Java or Kotlin (Gradle)' },
  { file: /\.(sln|csproj|fsproj)$/, stack: '.NET' },
  { file: /^Gemfile$/, stack: 'Ruby' },
  { file: /^composer\.json$/, stack: 'PHP' },
  { file: /^CMakeLists\.txt$/, stack: 'C or C++ (CMake)' },
  { file: /^(GNU)?[Mm]akefile$/, stack: 'make' },
];

export async function stackOf(projectDir: string): Promise<string[]> {
  const names = await readdir(projectDir).catch(() => []);
  const found = SIGNS.filter(({ file }) => names.some((name) => file.test(name))).map(({ stack }) => stack);
  // The package manager says it more closely.
  return found.filter((stack) => !found.some((other) => other.startsWith(`${stack} (`)));
}
