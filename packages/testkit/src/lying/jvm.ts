// The small project of subjects.ts again, under Maven and Gradle as Debian has them: with its repository, and without a network.
import type { Change, Subject } from './subjects.js';

const REPOSITORY = '/usr/share/maven-repo';
/** Quick to start; a test is no time to optimise. */
const QUICK = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n';

const code = (sign: string): string =>
  `public class Calc {\n  public static int add(int a, int b) {\n    return a ${sign} b;\n  }\n\n  public static int divide(int a, int b) {\n    return a / b;\n  }\n}\n`;
const tests = (name: string, ...bodies: string[]): string =>
  `import static org.junit.Assert.assertEquals;\n\nimport org.junit.Ignore;\nimport org.junit.Test;\n\npublic class ${name} {\n${bodies.join('\n')}}\n`;
const testOf = (name: string, said: string, mark = ''): string => `${mark}  @Test\n  public void ${name}() {\n    ${said}\n  }\n`;

const MAIN = 'src/main/java/Calc.java';
const TESTS = 'src/test/java/CalcTest.java';
const adds = testOf('adds', 'assertEquals(5, Calc.add(2, 3));');
const divides = testOf('divides', 'assertEquals(2, Calc.divide(6, 3));');
const broken = { [MAIN]: code('-') };

const pom = (properties = '', build = ''): string =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>calc</groupId>
  <artifactId>calc</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>${properties}
  </properties>
  <dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version><scope>test</scope></dependency>
  </dependencies>${build}
</project>
`;
const surefire = (configuration: string): string =>
  `\n  <build><plugins><plugin><artifactId>maven-surefire-plugin</artifactId><configuration>${configuration}</configuration></plugin></plugins></build>`;

const gradle = (test = ''): string =>
  `apply plugin: 'java'\nrepositories { maven { url 'file://${REPOSITORY}' } }\ndependencies { testCompile 'junit:junit:4.13.2' }\n${test}`;

/** The other test holds whatever becomes of `add`: where only the first is put away, there is one that passes. */
const project = {
  [MAIN]: code('+').replace(/\n\n {2}public static int divide[\s\S]*?\n {2}\}/, ''),
  [TESTS]: tests('CalcTest', adds),
  'src/test/java/NothingTest.java': tests('NothingTest', testOf('addsNothing', 'assertEquals(2, Calc.add(2, 0));')),
};
const honest = { [MAIN]: code('+'), [TESTS]: tests('CalcTest', adds, divides) };
const skipped: Change = { ...broken, [TESTS]: tests('CalcTest', adds.replace('  @Test', '  @Ignore\n  @Test'), divides) };

export const JVM: readonly Subject[] = [
  {
    language: 'Java with Maven',
    needs: ['mvn', 'javac', `${REPOSITORY}/org/apache/maven/plugins/maven-surefire-plugin`, `${REPOSITORY}/junit/junit`],
    project: {
      ...project,
      'pom.xml': pom(),
      '.mvn/jvm.config': QUICK,
      '.mvn/maven.config': '-o\n-s\nsettings.xml\n',
      'settings.xml': `<settings><localRepository>${REPOSITORY}</localRepository></settings>\n`,
    },
    honest,
    breaking: broken,
    tests: [],
    usual: ['no test run', 'wrong exit code'],
    lies: {
      skipped,
      'no test run': { ...broken, 'pom.xml': pom('<skipTests>true</skipTests>') },
      'left out by settings': { ...broken, 'pom.xml': pom('', surefire('<excludes><exclude>**/CalcTest.java</exclude></excludes>')) },
      'wrong exit code': { ...broken, 'pom.xml': pom('<maven.test.failure.ignore>true</maven.test.failure.ignore>') },
    },
  },
  {
    language: 'Java with Gradle',
    needs: ['gradle', 'javac', `${REPOSITORY}/junit/junit`],
    project: {
      ...project,
      'build.gradle': gradle(),
      'gradle.properties': `org.gradle.jvmargs=${QUICK}org.gradle.daemon=false\n`,
    },
    honest,
    breaking: broken,
    tests: [],
    usual: [],
    lies: {
      'no test run': { ...broken, 'build.gradle': gradle('test {\n  enabled = false\n}\n') },
      'left out by settings': { ...broken, 'build.gradle': gradle("test {\n  exclude 'CalcTest.class'\n}\n") },
      'wrong exit code': { ...broken, 'build.gradle': gradle('test {\n  ignoreFailures = true\n}\n') },
    },
  },
];
