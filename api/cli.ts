import { deadLettersCommand } from './cli/deadLetters.ts';
import { runCli } from './cli/frame.ts';
import { newKeysCommand } from './cli/newKeys.ts';
import { projectionsCommand } from './cli/projections.ts';
import { abortCommand, rebuildCommand, rollbackCommand, swapCommand } from './cli/rebuild.ts';

// One line per command, in the order of the help. To add one: a file in `cli/` and its line here.
const commands = [
  projectionsCommand,
  deadLettersCommand,
  rebuildCommand,
  swapCommand,
  rollbackCommand,
  abortCommand,
  newKeysCommand,
];

await runCli(commands, process.argv);
