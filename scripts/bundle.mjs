// Makes one file of a program and all it loads, for one file starts in a third of the time of a thousand.
// In a package's folder: `node ../../scripts/bundle.mjs FROM TO`. With TO a folder, what is loaded on demand has files of its own in it.
// What each file is made of, and which others it loads at once, is told beside it, for the tests.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './workspace.mjs';

/** Native code, a sandbox that brings programs of its own, and a part that may not be installed stay where they are. */
const APART = ['node-pty', '@lydell/node-pty', '@anthropic-ai/sandbox-runtime', '@tars/worker'];
/** Packages published as CommonJS ask for `require`. */
const REQUIRE = "import { createRequire as requireOfBundle } from 'node:module'; const require = requireOfBundle(import.meta.url);";

/** A file of ours that asks where it lies is told where its package has it, not where the bundle lies: it looks for what stands beside it. */
const atHome = {
  name: 'at-home',
  setup({ onLoad }) {
    onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (path.includes('/node_modules/') || !source.includes('import.meta.url')) return null;
      const owner = join(ROOT, ...relative(ROOT, path).split('/').slice(0, 2));
      const compiled = relative(join(owner, 'src'), path).replace(/\.tsx?$/, '.js');
      const { name } = JSON.parse(await readFile(join(owner, 'package.json'), 'utf8'));
      // An entry lies in the `dist` of its package.
      const home =
        owner === folder
          ? `new URL(${JSON.stringify(relative(place, join(folder, 'dist', compiled)))}, import.meta.url).href`
          : `new URL(${JSON.stringify(compiled)}, pathToHome(requireFrom(import.meta.url).resolve(${JSON.stringify(name)}))).href`;
      const contents = `import { createRequire as requireFrom } from 'node:module';
import { pathToFileURL as pathToHome } from 'node:url';
${source.replaceAll('import.meta.url', `(${home})`)}`;
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

/** bee-queue looks for its Lua scripts in its own folder, and a bundle has none. */
const scriptsWithin = {
  name: 'scripts-within',
  setup({ onLoad }) {
    onLoad({ filter: /\/bee-queue\/lib\/lua\/index\.js$/ }, async ({ path }) => {
      const beside = dirname(path);
      const names = (await readdir(beside)).filter((name) => name.endsWith('.lua'));
      const scripts = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(beside, name), 'utf8')])));
      const contents = (await readFile(path, 'utf8'))
        .replace('readDir(__dirname)', 'Promise.resolve(Object.keys(SCRIPTS))')
        .replace("readFile(path.join(__dirname, file), 'utf8')", 'Promise.resolve(SCRIPTS[file])');
      if (names.length === 0 || contents.includes('__dirname')) throw new Error(`${path} finds its scripts in a new way.`);
      return { contents: `const SCRIPTS = ${JSON.stringify(scripts)};\n${contents}`, loader: 'js' };
    });
  },
};

const folder = process.cwd();
const [from, to] = process.argv.slice(2);
const isFile = to.endsWith('.mjs');
const place = isFile ? dirname(join(folder, to)) : join(folder, to);
// What is loaded on demand is named by its content: of an older build nothing may stay.
if (!isFile) await rm(place, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [from],
  ...(isFile ? { outfile: to } : { outdir: to, splitting: true, outExtension: { '.js': '.mjs' } }),
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  metafile: true,
  conditions: ['@tars/source'],
  external: APART,
  banner: { js: REQUIRE },
  plugins: [atHome, scriptsWithin],
  logLevel: 'warning',
});

const nameOf = (output) => relative(place, join(folder, output));
const made = Object.entries(metafile.outputs).flatMap(([output, { inputs, imports }]) => {
  const atOnce = imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  return output.endsWith('.mjs') ? [[nameOf(output), { inputs, loads: atOnce.map(({ path }) => nameOf(path)) }]] : [];
});
await writeFile(isFile ? to.replace(/mjs$/, 'meta.json') : join(to, 'meta.json'), JSON.stringify(Object.fromEntries(made)));
