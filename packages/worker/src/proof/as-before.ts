// The project as it is now, with its tests, and how they are run, as they were before the task: which files that takes.
import { changedPaths } from '../workspace/tree.js';
import { type Sides, textsOf } from './examine.js';
import { languageOf } from './language.js';
import { isTestName, readTests } from './read-tests.js';
import { isAmongTests, isRunnerFile, runnerPart, withTestsOf } from './runner-settings.js';

/** Changes to be laid over a snapshot: contents that are stored already, or texts of our own. */
export type Overlay = { removed: string[]; written: Map<string, { mode: string; oid: string } | { mode: string; text: string }> };

const MODE = '100644';

export async function testsAsBefore(sides: Sides): Promise<Overlay> {
  const overlay: Overlay = { removed: [], written: new Map() };
  for (const path of changedPaths(sides.first, sides.now)) {
    const [was, is] = [sides.first.get(path), sides.now.get(path)];
    if (was?.kind === 'folder' || is?.kind === 'folder') continue;
    const [old, now] = await textsOf(sides, [was, is]);
    const part = runnerPart(path);
    if (part !== null) {
      // Where the whole file is gone its tests cannot be run without it.
      if (now === null && was?.kind === 'file') overlay.written.set(path, { mode: MODE, oid: was.oid });
      // A file that came with the task may be needed, and says nothing of how tests were run.
      else if (now != null && part.read(old ?? '') !== part.read(now))
        overlay.written.set(path, { mode: MODE, text: part.put(now, part.read(old ?? '')) });
      continue;
    }
    const isTests = isTestName(path) || isAmongTests(path) || isRunnerFile(path);
    if (was?.kind === 'file') {
      const isInline = languageOf(path)?.name === 'Rust' && !isTestName(path);
      if (isInline && old != null && now != null) {
        if (readTests(path, old) !== null || readTests(path, now) !== null)
          overlay.written.set(path, { mode: MODE, text: withTestsOf(now, old) });
      } else if (isTests || (old != null && now === null && readTests(path, old) !== null)) {
        overlay.written.set(path, { mode: (was.mode & 0o100) === 0 ? MODE : '100755', oid: was.oid });
      }
      continue;
    }
    // What came with the task is not part of what was there; what the new code reads stays.
    const isNewTest = now != null && (isRunnerFile(path) || (isTestName(path) && readTests(path, now) !== null));
    if (isNewTest) overlay.removed.push(path);
  }
  return overlay;
}

/** The project with each of its test files made to fail as soon as it is run. */
export function testsMadeToFail(tests: Iterable<readonly [string, { language: { failing: string } }]>): Overlay {
  return { removed: [], written: new Map([...tests].map(([path, { language }]) => [path, { mode: '100755', text: language.failing }])) };
}
