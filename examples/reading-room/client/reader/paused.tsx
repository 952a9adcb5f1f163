import { useEffect, useRef } from 'preact/hooks';

/** Hides the image while the time stands still. */
export function Paused(props: { onGoOn: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <div class="paused">
      <p role="status">Paused. The time is not counted.</p>
      <button type="button" class="primary" ref={button} onClick={props.onGoOn}>
        Go on (p)
      </button>
    </div>
  );
}
