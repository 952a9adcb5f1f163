import type { ComponentChildren } from 'preact';

/** A page of a few words. */
export function Notice(props: { title: string; children: ComponentChildren }) {
  return (
    <main class="notice">
      <h1>{props.title}</h1>
      <div>{props.children}</div>
    </main>
  );
}
