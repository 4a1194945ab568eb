import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkError, LONGEST_PROGRAM, readLink, writeLink } from '../../src/playground/link/link.ts';

const DEMOS = fileURLToPath(new URL('../../demos/', import.meta.url));

const shared = fc.record({
  program: fc.string({ unit: 'binary', maxLength: 2_000 }),
  values: fc.dictionary(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
  ),
  lesson: fc.option(fc.string(), { nil: null }),
});

/** Any damage at all is told of, and never something else thrown. */
async function refusal(fragment: string): Promise<string | null> {
  try {
    await readLink(fragment);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(LinkError);
    return (error as Error).message;
  }
}

describe('a link', () => {
  it('gives back what went into it, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(shared, async (what) => {
        const fragment = await writeLink(what);
        expect(fragment).toMatch(/^#1[\w-]*$/);
        expect(await readLink(fragment)).toEqual(what);
      }),
    );
  });

  it('is short: no demo takes more than 2,000 letters', async () => {
    for (const name of readdirSync(DEMOS).filter((file) => file.endsWith('.ts'))) {
      const fragment = await writeLink({
        program: readFileSync(DEMOS + name, 'utf8'),
        values: {},
        lesson: null,
      });
      expect(fragment.length, name).toBeLessThan(2_000);
    }
  });

  it('may be none', async () => {
    expect(await readLink('')).toBeNull();
    expect(await readLink('#')).toBeNull();
  });

  it('that was cut off anywhere says so', async () => {
    const fragment = await writeLink({
      program: 'export default function* () {}',
      values: { a: 1 },
      lesson: 'clock',
    });
    for (let length = 2; length < fragment.length - 1; length++) {
      expect(await refusal(fragment.slice(0, length)), `${length}`).toMatch(/damaged|something else/);
    }
  });

  it('that was damaged never throws anything but a LinkError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
        await refusal(`#1${text}`);
        await refusal(`#${text}`);
      }),
    );
  });

  it('of another version, or of something else, is told apart', async () => {
    expect(await refusal('#2abc')).toContain('another version');
    expect(await refusal('#introduction')).toContain('holds no program');
  });

  it('is not made of what is too long, and not unpacked if it would become too long', async () => {
    const program = 'x'.repeat(LONGEST_PROGRAM + 1);
    await expect(writeLink({ program, values: {}, lesson: null })).rejects.toThrow(LinkError);
    const stream = new Blob([JSON.stringify({ p: 'x'.repeat(5_000_000) })])
      .stream()
      .pipeThrough(new CompressionStream('deflate-raw'));
    const bytes = Buffer.from(await new Response(stream as ReadableStream).arrayBuffer());
    expect(await refusal(`#1${bytes.toString('base64url')}`)).toContain('more than a program can be');
  });
});
