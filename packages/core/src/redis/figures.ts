// The installation's figures in Redis: one hash, a sample a field, added to together with what they tell of.
import type { Figure } from '../figures/figure.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';

/** Lua: adds to the figures in this hash: sample and amount by turns, from one place in ARGV to another. */
export const FIGURES_LUA = `
local function add_figures(key, first, last)
  for i = first, last, 2 do
    -- A whole number is added at a third of the cost; where a fraction has come before it, as a fraction.
    local isWhole = not string.find(ARGV[i + 1], '[.e]')
    local added = isWhole and redis.pcall('HINCRBY', key, ARGV[i], ARGV[i + 1])
    if type(added) ~= 'number' then redis.call('HINCRBYFLOAT', key, ARGV[i], ARGV[i + 1]) end
  end
end
`;

const addScript = script<null>(`${FIGURES_LUA}
add_figures(KEYS[1], 1, #ARGV)
`);

/** Figures as `add_figures` in Lua takes them. */
export const figureTexts = (figures: readonly Figure[]): string[] => figures.flatMap(([sample, amount]) => [sample, String(amount)]);

/** For what no event tells of. */
export async function addFigures(redis: Redis, figures: readonly Figure[]): Promise<void> {
  await addScript(redis, [keys.figures], figureTexts(figures));
}

export async function readFigures(redis: Redis): Promise<Map<string, number>> {
  const kept = await redis.hGetAll(keys.figures);
  return new Map(Object.entries(kept).map(([sample, value]) => [sample, Number(value)]));
}
