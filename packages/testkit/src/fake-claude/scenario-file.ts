// Scenarios on disk: those a caller names and those that ship with the testkit.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BadInputError, parseInput } from '../bad-input.js';
import { Scenario, type ScenarioInput } from './scenario.js';

/** The file's data, checked; `BadInputError` says what is wrong with it. */
export async function readScenario(file: string): Promise<ScenarioInput> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new BadInputError(`The scenario cannot be read: ${error.message}`);
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new BadInputError(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  parseInput(Scenario, data, file);
  return data as ScenarioInput;
}

/** The path of a scenario that ships with the testkit. */
export function shippedScenario(name: 'calculator' | 'calculator-python'): string {
  return fileURLToPath(new URL(`../../scenarios/${name}.json`, import.meta.url));
}

/** Lays out what the scenario's project holds when its story begins. */
export async function writeProjectFiles(scenario: ScenarioInput, folder: string): Promise<void> {
  for (const [path, content] of Object.entries(parseInput(Scenario, scenario, 'The scenario').project_files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
