/** Looking at the message of an assertion that fails. */

/** What `assertion` fails with; it must fail. */
export function failure(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion holds, and should not');
}

/** A text as it stands in the test, without its indentation and the line breaks around it. */
export function text(indented: string): string {
  const lines = indented.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
