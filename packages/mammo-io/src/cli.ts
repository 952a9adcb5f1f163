#!/usr/bin/env node
import { startProgram } from '@mammo/command-line';
import { runCommand } from './cli/run-command.ts';

startProgram(runCommand, { stop: 'commands' });
