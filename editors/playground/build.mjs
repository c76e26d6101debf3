// Builds the page into dist/, from the module that build.sh put into build/.
import { createHash } from 'node:crypto';
import { copyFile, readFile, readdir } from 'node:fs/promises';
import { build } from 'esbuild';

const here = (path) => new URL(path, import.meta.url).pathname;

/// The examples, by the names of their environments, as a module of the page.
const examples = {
  name: 'examples',
  setup(build) {
    build.onResolve({ filter: /^examples$/ }, () => ({ path: 'examples', namespace: 'examples' }));
    build.onLoad({ filter: /.*/, namespace: 'examples' }, async () => {
      const files = (await readdir(here('examples'))).filter((file) => file.endsWith('.rel')).sort();
      const texts = await Promise.all(files.map((file) => readFile(here(`examples/${file}`), 'utf8')));
      const contents = Object.fromEntries(files.map((file, at) => [file.replace(/\.rel$/, ''), texts[at]]));
      return { contents: JSON.stringify(contents), loader: 'json' };
    });
  },
};

const options = { bundle: true, minify: true, format: 'esm', target: 'es2022', legalComments: 'none', plugins: [examples] };
const page = { ...options, outdir: here('dist'), entryNames: '[name]' };
await build({ ...page, splitting: true, chunkNames: 'shared', entryPoints: [here('page/compiler.js'), here('page/main.js')] });
await build({ ...page, entryPoints: [here('page/worker.js'), here('page/style.css')] });
await copyFile(here('page/index.html'), here('dist/index.html'));
await copyFile(here('build/relc_playground_bg.wasm'), here('dist/relc.wasm'));

// A change of any file makes a new cache.
const files = ['index.html', 'compiler.js', 'main.js', 'shared.js', 'worker.js', 'style.css', 'relc.wasm'];
const hash = createHash('sha256');
for (const file of files) hash.update(await readFile(here(`dist/${file}`)));
await build({
  ...page,
  entryPoints: [here('page/service-worker.js')],
  define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)) },
});
