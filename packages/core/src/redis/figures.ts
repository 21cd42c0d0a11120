// The installation's figures in Redis: one hash, a sample a field, added to together with what they tell of.
import type { Figure } from '../figures/figure.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';

/** Lua: adds to the figures (a JSON array of pairs) in this hash. */
export const FIGURES_LUA = `
local function add_figures(key, figures)
  for _, figure in ipairs(cjson.decode(figures)) do redis.call('HINCRBYFLOAT', key, figure[1], figure[2]) end
end
`;

const addScript = script<null>(`${FIGURES_LUA}
add_figures(KEYS[1], ARGV[1])
`);

/** For what no event tells of. */
export async function addFigures(redis: Redis, figures: readonly Figure[]): Promise<void> {
  await addScript(redis, [keys.figures], [JSON.stringify(figures)]);
}

export async function readFigures(redis: Redis): Promise<Map<string, number>> {
  const kept = await redis.hGetAll(keys.figures);
  return new Map(Object.entries(kept).map(([sample, value]) => [sample, Number(value)]));
}
