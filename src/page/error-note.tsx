/** What stands on a page that has nothing else to show. */

import { Component, type ComponentChildren } from 'preact';

/** Says what went wrong, so that nobody looks at a blank page. */
export function ErrorNote({ what, error }: { readonly what: string; readonly error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <main class="ls-error">
      <div role="alert">
        <h1>{what}</h1>
        <p>{message}</p>
      </div>
      <p class="quiet">
        If the file was cut off while it was copied, copy it again; <code>loopscope html</code> makes a new
        one.
      </p>
    </main>
  );
}

/** Catches what the parts of a page throw. */
export class Guard extends Component<{ readonly children: ComponentChildren }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ error });
  }

  override render() {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <ErrorNote what="This trace can’t be shown" error={error} />
    );
  }
}
