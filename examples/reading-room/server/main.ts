import { runProgram, startProgram } from '@mammo/command-line';
import { READING_ROOM } from './commands.ts';

startProgram((args, surroundings) => runProgram(READING_ROOM, args, surroundings), {
  stop: 'commands',
});
