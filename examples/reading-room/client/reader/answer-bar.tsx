import type { ComponentChildren } from 'preact';
import type { GivenAnswer } from '../../server/reading.ts';

/** What a reader can answer. */
export type Label = GivenAnswer['label'];

const KEYS: Readonly<Record<string, Label>> = { 1: 'real', 2: 'not-real', 3: 'unsure' };

/** The answer that a key stands for, if any. */
export function labelOf(key: string, isEducation: boolean): Label | undefined {
  if (isEducation) return key === 'Enter' ? 'seen' : undefined;
  return KEYS[key];
}

/** Where the reader is, his answers, and what the keys do. */
export function AnswerBar(props: {
  isEducation: boolean;
  onAnswer: (label: Label) => void;
  children: ComponentChildren;
}) {
  const button = (key: string, name: string, label: Label) => (
    <button type="button" onClick={() => props.onAnswer(label)}>
      <kbd>{key}</kbd> {name}
    </button>
  );
  return (
    <footer>
      <span aria-live="polite">{props.children}</span>
      <span class="answers">
        {props.isEducation ? (
          button('Enter', 'Next', 'seen')
        ) : (
          <>
            {button('1', 'Real', 'real')}
            {button('2', 'Not real', 'not-real')}
            {button('3', 'Unsure', 'unsure')}
          </>
        )}
      </span>
      <span class="help">
        drag contrast · shift-drag move · <kbd>+</kbd> <kbd>−</kbd> zoom · <kbd>9</kbd> 1:1 ·{' '}
        <kbd>0</kbd> all · <kbd>w</kbd> window · <kbd>i</kbd> invert · <kbd>p</kbd> pause
      </span>
    </footer>
  );
}
