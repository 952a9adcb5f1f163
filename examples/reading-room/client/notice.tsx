import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A page of a few words. Its heading gets the focus, so that screen readers tell of the new page. */
export function Notice(props: { title: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} – Reading room`;
    heading.current?.focus();
  }, [props.title]);
  return (
    <main class="notice">
      <h1 ref={heading} tabIndex={-1}>
        {props.title}
      </h1>
      <div>{props.children}</div>
    </main>
  );
}
