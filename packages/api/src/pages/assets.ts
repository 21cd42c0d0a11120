// The pages' style, script and sign: plain files beside the code, each under an address that changes with its content.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';
import type { ApiEnv } from '../api-env.js';

const TYPES = {
  'pages.css': 'text/css; charset=utf-8',
  'pages.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;
type Name = keyof typeof TYPES;

const read = (name: Name) => {
  const content = readFileSync(new URL(`../../assets/${name}`, import.meta.url));
  return { name, content, mark: createHash('sha256').update(content).digest('base64url').slice(0, 10) };
};
const ASSETS = (Object.keys(TYPES) as Name[]).map(read);

export const assetUrl = (name: Name): string => `/assets/${name}?${ASSETS.find((asset) => asset.name === name)?.mark}`;

/** Open to everybody: there is nothing of anybody in them. */
export function addAssets(app: Hono<ApiEnv>): void {
  for (const { name, content, mark } of ASSETS) {
    app.get(`/assets/${name}`, (c) => {
      const isExact = new URL(c.req.url).search === `?${mark}`;
      return c.body(content, 200, {
        'content-type': TYPES[name],
        'cache-control': isExact ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
    });
  }
}
