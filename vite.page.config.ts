/**
 * How the page is built: into one file, with its program and its looks in it.
 *
 * `loopscope html` fills that file with traces (src/views/html.ts). It is opened from a disk, so nothing may stand beside it and
 * nothing may be loaded; a policy in the page itself says so to the browser, which then runs this program and no other.
 */

import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Puts scripts and styles into the page that loads them. */
function intoOneFile(): Plugin {
  return {
    name: 'into-one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const text = (name: string): string => {
        const file = bundle[name];
        if (file === undefined) throw new Error(`the page loads ${name}, which was not built`);
        delete bundle[name];
        return file.type === 'chunk' ? file.code : String(file.source);
      };
      for (const page of Object.values(bundle)) {
        if (page.type !== 'asset' || !page.fileName.endsWith('.html')) continue;
        let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
        page.source = String(page.source)
          .replace(/<link rel="stylesheet"[^>]* href="\.\/([^"]+)">/g, (_, name: string) => {
            return `<style>${text(name).trim()}</style>`;
          })
          .replace(/<script type="module"[^>]* src="\.\/([^"]+)"><\/script>/g, (_, name: string) => {
            // In a script element only these could end it. It runs when all of the page is there.
            const program = text(name)
              .trim()
              .replaceAll('</script', '<\\/script')
              .replaceAll('<!--', '<\\!--');
            policy += `; script-src 'sha256-${createHash('sha256').update(program).digest('base64')}'`;
            return `<script type="module">${program}</script>`;
          })
          .replace('<meta charset="utf-8" />', (it) => {
            return `${it}\n<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
          });
      }
      const rest = Object.keys(bundle).filter((name) => !name.endsWith('.html'));
      if (rest.length > 0)
        throw new Error(`the page is one file, and these would stand beside it: ${rest.join(', ')}`);
    },
  };
}

export default defineConfig({
  root: path('./src/page'),
  base: './',
  logLevel: 'warn',
  plugins: [intoOneFile()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path('./dist/page'),
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    modulePreload: false,
    rollupOptions: { input: path('./src/page/page.html') },
  },
});
