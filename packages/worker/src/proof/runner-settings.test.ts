import { expect, test } from '@jest/globals';
import { isRunnerFile, runnerPart } from './runner-settings.js';

const POM = (told: string): string => `<project>\n  <version>1</version>\n  ${told}\n</project>\n`;
const PLUGIN = '<plugin><artifactId>maven-surefire-plugin</artifactId><configuration><skip>true</skip></configuration></plugin>';
const COMPILER = '<plugin><artifactId>maven-compiler-plugin</artifactId></plugin>';

/** A file before the task and after it, and what it is to be for the tests as they were. */
const CHANGES: readonly { what: string; path: string; was: string; now: string; asBefore: string }[] = [
  {
    what: 'tests left out by vite’s settings',
    path: 'vite.config.ts',
    was: 'export default defineConfig({ base: "/" });\n',
    now: 'export default defineConfig({ base: "/app", test: { exclude: ["a{b"], coverage: {} }, plugins: [] });\n',
    asBefore: 'export default defineConfig({ base: "/app", test: {}, plugins: [] });\n',
  },
  {
    what: 'vitest’s settings taken out of those of vite',
    path: 'vite.config.js',
    was: 'export default { test: { globals: true } };\n',
    now: 'export default { base: "/app" };\n',
    asBefore: 'export default { test: { globals: true }, base: "/app" };\n',
  },
  {
    what: 'a file with settings for bun’s tests',
    path: 'bunfig.toml',
    was: '',
    now: '[install]\nexact = true\n\n[test]\npathIgnorePatterns = ["a.test.js"]\n',
    asBefore: '[install]\nexact = true\n\n\n',
  },
  {
    what: 'tests left out by Maven',
    path: 'pom.xml',
    was: POM(`<build><plugins>${COMPILER}</plugins></build>`),
    now: POM(`<properties><skipTests>true</skipTests></properties><build><plugins>${COMPILER}${PLUGIN}</plugins></build>`),
    asBefore: POM(`<properties></properties><build><plugins>${COMPILER}</plugins></build>`),
  },
  {
    what: 'another way to run tests taken out of a pom.xml',
    path: 'pom.xml',
    was: POM(`<build><plugins>${PLUGIN}</plugins></build>`),
    now: POM('<name>calc</name>'),
    asBefore: POM('<name>calc</name>').replace('</project>', `<build><plugins>${PLUGIN}</plugins></build></project>`),
  },
  {
    what: 'tests left out by Gradle',
    path: 'app/build.gradle',
    was: "plugins { id 'java' }\n\ntest {\n  useJUnitPlatform()\n}\n",
    now: "plugins { id 'java' }\n\ntest {\n  useJUnitPlatform { exclude '**/a*' }\n}\ndependencies { }\n",
    asBefore: "plugins { id 'java' }\n\ntest {\n  useJUnitPlatform()\n}\ndependencies { }\n",
  },
  {
    what: 'tests left out by Gradle, as Kotlin writes it',
    path: 'build.gradle.kts',
    was: 'plugins { java }\n',
    now: 'plugins { java }\ntasks.named<Test>("test") {\n  enabled = false\n}\n',
    asBefore: 'plugins { java }\n\n',
  },
];

test.each(CHANGES)('$what: seen, and taken back for the tests as they were', ({ path, was, now, asBefore }) => {
  const part = runnerPart(path);
  expect(part?.read(was)).not.toBe(part?.read(now));
  expect(part?.put(now, part.read(was))).toBe(asBefore);
});

test('what else such a file says is not about tests', () => {
  const same = [
    ['vite.config.ts', 'export default { test: { globals: true } };', 'export default { base: "/", test: { globals: true } };'],
    [
      'pom.xml',
      POM(`<build><plugins>${PLUGIN}</plugins></build>`),
      POM(`<name>calc</name><build><plugins>${COMPILER}${PLUGIN}</plugins></build>`),
    ],
    ['build.gradle', 'test { }', "dependencies { testCompile 'x' }\ntest { }"],
  ] as const;
  for (const [path, was, now] of same) expect(runnerPart(path)?.read(was)).toBe(runnerPart(path)?.read(now));
});

test('what Maven and cargo are told by files of their own folders is about tests', () => {
  for (const path of ['.mvn/maven.config', 'part/.mvn/jvm.config', '.cargo/config.toml']) expect(isRunnerFile(path)).toBe(true);
  expect(isRunnerFile('src/config.toml')).toBe(false);
});
