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

/** A reader's answers. */
export function AnswerBar(props: {
  isEducation: boolean;
  keysOn: boolean;
  disabled: boolean;
  onAnswer: (label: Label) => void;
}) {
  const button = (key: string, name: ComponentChildren, label: Label) => (
    <button type="button" onClick={() => props.onAnswer(label)}>
      {props.keysOn && <kbd>{key}</kbd>} {name}
    </button>
  );
  return (
    <fieldset class="answers" aria-label="Your answer" disabled={props.disabled}>
      {props.isEducation ? (
        button('Enter', 'Next', 'seen')
      ) : (
        <>
          {button('1', 'Real', 'real')}
          {button('2', 'Not real', 'not-real')}
          {button('3', 'Unsure', 'unsure')}
        </>
      )}
    </fieldset>
  );
}
