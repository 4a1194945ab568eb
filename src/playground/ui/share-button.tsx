/** Makes a link of the program, and copies it; where a browser doesn't let a page copy, the link is there to be taken. */

import { useRef, useState } from 'preact/hooks';

interface ShareProps {
  /** Makes the link; throws if there can be none. */
  readonly share: () => Promise<string>;
}

export function ShareButton({ share }: ShareProps) {
  const [said, setSaid] = useState('');
  const [link, setLink] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const onClick = async () => {
    clearTimeout(timer.current);
    setLink('');
    try {
      const made = await share();
      try {
        await navigator.clipboard.writeText(made);
        setSaid('Link copied');
      } catch {
        setSaid('Copy this link:');
        setLink(made);
        return;
      }
    } catch (error) {
      setSaid((error as Error).message);
    }
    timer.current = setTimeout(() => setSaid(''), 4_000);
  };

  return (
    <div class="sharing">
      <span role="status">{said}</span>
      {link !== '' && (
        <input
          class="link"
          readOnly
          aria-label="The link"
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
      <button type="button" onClick={() => void onClick()}>
        Share
      </button>
    </div>
  );
}
