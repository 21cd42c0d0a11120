// The checks of Go, Rust, Java, Kotlin and .NET: their tools know the tests, and mostly the layout too.
import { type Finder, type FoundCheck, unless } from '../check.js';
import { missing } from '../folder.js';

export const go: Finder = async ({ names }) => {
  if (!names.has('go.mod')) return [];
  const absent = unless(missing('go'));
  const custom = [...names].some((name) => /^\.golangci\./.test(name)) ? {} : { isCustom: true };
  return [
    // Without -v a package without a test that ran looks like one with.
    { kind: 'test', command: 'go test -v ./...', runner: 'go -v', ...absent },
    ...(absent.missing === undefined
      ? [
          { kind: 'lint', command: 'go vet ./...', ...custom } satisfies FoundCheck,
          // It ends well whatever it finds.
          {
            kind: 'format',
            command: 'gofmt -l . | (! grep .)',
            isFormatter: true,
            ...custom,
            ...unless(missing('gofmt')),
          } satisfies FoundCheck,
        ]
      : []),
  ];
};

export const rust: Finder = async ({ names }) => {
  if (!names.has('Cargo.toml')) return [];
  const absent = unless(missing('cargo'));
  const isLinted = names.has('clippy.toml') || names.has('.clippy.toml');
  const isFormatted = names.has('rustfmt.toml') || names.has('.rustfmt.toml');
  return [
    { kind: 'test', command: 'cargo test', runner: 'cargo', ...absent },
    ...(isLinted
      ? [{ kind: 'lint', command: 'cargo clippy -q -- -D warnings', ...unless(missing('cargo-clippy')) } satisfies FoundCheck]
      : []),
    ...(isFormatted || missing('cargo-fmt') === null
      ? [
          {
            kind: 'format',
            command: 'cargo fmt --check',
            isFormatter: true,
            ...unless(missing('cargo-fmt')),
            ...(isFormatted ? {} : { isCustom: true }),
          } satisfies FoundCheck,
        ]
      : []),
  ];
};

export const jvm: Finder = async (folder) => {
  const { names } = folder;
  if (names.has('pom.xml')) {
    const own = await folder.holds('mvnw');
    return [
      { kind: 'test', command: `${own ? './mvnw' : 'mvn'} -B test`, runner: 'maven', ...unless(own ? missing('java') : missing('mvn')) },
    ];
  }
  if (!['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'].some((name) => names.has(name))) return [];
  const own = await folder.holds('gradlew');
  const run = own ? './gradlew' : 'gradle';
  // It prints no counts, but leaves them in files; and tests that passed before are not run again unless asked for.
  const command = `(${run} --console=plain cleanTest test; code=$?; find . -path '*/test-results/*' -name '*.xml' -exec grep -h '<testsuite ' {} +; exit $code)`;
  return [{ kind: 'test', command, runner: 'gradle', ...unless(own ? missing('java') : missing('gradle')) }];
};

export const dotnet: Finder = async (folder) => {
  const isProject = [...folder.names].some((name) => /\.(sln|slnx|csproj|fsproj)$/.test(name));
  if (!isProject) return [];
  const projects = await folder.files(/\.(cs|fs)proj$/);
  const texts = await Promise.all(projects.map((file) => folder.read(file)));
  if (!texts.some((text) => /Microsoft\.NET\.Test\.Sdk|IsTestProject/.test(text))) return [];
  return [{ kind: 'test', command: 'dotnet test --nologo', runner: 'dotnet', ...unless(missing('dotnet')) }];
};
