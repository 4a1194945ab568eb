/** Several panels in the place of one: tabs, with the keys that tabs have. */

import type { ComponentChildren } from 'preact';

export interface Tab<N extends string> {
  readonly name: N;
  readonly title: string;
  readonly tip: string;
}

interface TabsProps<N extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<N>[];
  readonly open: N;
  readonly onOpen: (name: N) => void;
  readonly children: ComponentChildren;
}

export function Tabs<N extends string>({ label, tabs, open, onOpen, children }: TabsProps<N>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const place = tabs.findIndex(({ name }) => name === open);
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length]!;
    onOpen(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ name, title, tip }) => (
          <button
            type="button"
            key={name}
            id={`tab-${name}`}
            role="tab"
            data-tip={tip}
            aria-selected={name === open}
            aria-controls="tab-panel"
            tabIndex={name === open ? 0 : -1}
            onClick={() => onOpen(name)}
          >
            {title}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div id="tab-panel" class="tab-panel" role="tabpanel" aria-labelledby={`tab-${open}`} tabIndex={0}>
        {children}
      </div>
    </>
  );
}
