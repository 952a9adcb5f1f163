import type { ComponentChildren } from 'preact';
import type { DisplayCommand } from './display-command.ts';

const TOOLS: readonly (readonly [key: string, name: string, command: DisplayCommand])[] = [
  ['+', 'zoom in', 'zoom-in'],
  ['−', 'zoom out', 'zoom-out'],
  ['9', '1:1', 'one-to-one'],
  ['0', 'whole', 'whole'],
  ['s', 'contrast +', 'more-contrast'],
  ['a', 'contrast −', 'less-contrast'],
  ['f', 'brighter', 'brighter'],
  ['d', 'darker', 'darker'],
  ['w', 'window', 'next-window'],
];

/** Everything that keys do to the display, for pointers and for those who have turned single keys off. */
export function ToolBar(props: {
  inverted: boolean;
  onCommand: (command: DisplayCommand) => void;
  keysOn: boolean;
  onKeysOn: (on: boolean) => void;
  paused: boolean;
  onPause: () => void;
}) {
  const tool = (key: string, children: ComponentChildren, rest: object) => (
    <button type="button" key={key} {...rest}>
      {props.keysOn && <kbd>{key}</kbd>} {children}
    </button>
  );
  return (
    <>
      <fieldset class="tools" aria-label="Display" disabled={props.paused}>
        {TOOLS.map(([key, name, command]) =>
          tool(key, name, { onClick: () => props.onCommand(command) }),
        )}
        {tool('i', 'invert', {
          onClick: () => props.onCommand('invert'),
          'aria-pressed': props.inverted,
        })}
        {tool('p', 'pause', { onClick: props.onPause })}
      </fieldset>
      <label class="tools">
        <input
          type="checkbox"
          checked={props.keysOn}
          onChange={(event) => props.onKeysOn(event.currentTarget.checked)}
        />{' '}
        single keys
      </label>
    </>
  );
}
