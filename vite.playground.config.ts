/**
 * How the playground is built: into one file, dist/playground/index.html, that works from any address and from a disk.
 *
 * The policy in the page lets it load nothing at all. Its own program is named by its hash; besides it only what comes from a blob
 * may run, which is how the worker gets a learner's program. The worker lives under the same policy, since it comes from a blob as
 * well; one from an address would not. Nothing may be evaluated from a string anywhere.
 */

import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const POLICY = {
  'default-src': "'none'",
  'connect-src': "'none'",
  'img-src': 'data:',
  'style-src': "'unsafe-inline'",
  'worker-src': 'blob:',
  'base-uri': "'none'",
  'form-action': "'none'",
};

const WORKER = 'virtual:worker';

/** `import text from 'virtual:worker'`: the worker, with the whole loop in it, as the text of one script. */
function workerAsText(): Plugin {
  return {
    name: 'worker-as-text',
    resolveId: (id) => (id === WORKER ? `\0${WORKER}` : null),
    async load(id) {
      if (id !== `\0${WORKER}`) return null;
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        plugins: [whereItself()],
        build: {
          write: false,
          target: 'es2022',
          // Messages name classes: `yield was used instead of yield* … with a Sleep`.
          rolldownOptions: { output: { keepNames: true } },
          lib: {
            entry: path('./src/playground/engine/worker.ts'),
            formats: ['iife'],
            name: 'worker',
            fileName: 'worker',
          },
        },
      });
      const [result] = [built].flat();
      const chunk = result && 'output' in result ? result.output[0] : undefined;
      if (chunk?.type !== 'chunk') throw new Error('the worker was not built');
      return `export default ${JSON.stringify(chunk.code)};`;
    },
  };
}

/** The library tells its own frames of a stack by its address. In the worker all of it has the worker's. */
function whereItself(): Plugin {
  const ADDRESS = "new URL('..', import.meta.url).href";
  return {
    name: 'where-itself',
    enforce: 'pre',
    transform: (code) => (code.includes(ADDRESS) ? code.replaceAll(ADDRESS, 'self.location.href') : null),
  };
}

/** Puts script and styles into the page that loads them, and a policy for just these. */
function intoOneFile(): Plugin {
  return {
    name: 'into-one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const take = (name: string): string => {
        const file = bundle[name];
        if (file === undefined) throw new Error(`the playground loads ${name}, which was not built`);
        delete bundle[name];
        return file.type === 'chunk' ? file.code : String(file.source);
      };
      for (const page of Object.values(bundle)) {
        if (page.type !== 'asset' || !page.fileName.endsWith('.html')) continue;
        let program = '';
        const html = String(page.source)
          .replace(
            /\s*<link rel="stylesheet"[^>]* href="\.\/([^"]+)">/g,
            (_, name: string) => `\n<style>${take(name).trim()}</style>`,
          )
          .replace(/\s*<script type="module"[^>]* src="\.\/([^"]+)"><\/script>/g, (_, name: string) => {
            // In a script element only these would end it, or hide its end.
            program = take(name).trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
            return '';
          });
        const hash = createHash('sha256').update(program).digest('base64');
        const policy = Object.entries({ ...POLICY, 'script-src': `'sha256-${hash}' blob:` })
          .map((rule) => rule.join(' '))
          .join('; ');
        page.source = html
          .replace(
            '<meta charset="utf-8" />',
            (it) => `${it}\n<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
          )
          .replace('</body>', () => `<script type="module">${program}</script>\n</body>`);
      }
      const rest = Object.keys(bundle).filter((name) => !name.endsWith('.html'));
      if (rest.length > 0)
        throw new Error(`the playground is one file, and these would stand beside it: ${rest.join(', ')}`);
    },
  };
}

export default defineConfig({
  root: path('./src/playground'),
  base: './',
  logLevel: 'warn',
  plugins: [workerAsText(), intoOneFile()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path('./dist/playground'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    chunkSizeWarningLimit: 2_000,
    modulePreload: false,
    // The worker takes most of the time: it is a build of its own.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
