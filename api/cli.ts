import { approvalsCommand, approveCommand } from './cli/approvals.ts';
import { deadLettersCommand } from './cli/deadLetters.ts';
import { discardCommand } from './cli/discard.ts';
import { doctorCommand } from './cli/doctorCommand.ts';
import { eraseCommand } from './cli/erase.ts';
import { exportCommand } from './cli/export.ts';
import { runCli } from './cli/frame.ts';
import { limitCommand } from './cli/limit.ts';
import { newKeysCommand } from './cli/newKeys.ts';
import { newMasterKeyCommand } from './cli/newMasterKey.ts';
import { adaptersCommand, lanesCommand, pauseCommand, resumeCommand } from './cli/pauses.ts';
import { projectionsCommand } from './cli/projections.ts';
import { abortCommand, differenceCommand, rebuildCommand, rollbackCommand, swapCommand } from './cli/rebuild.ts';
import { replayCommand } from './cli/replay.ts';
import { statusCommand } from './cli/status.ts';
import { traceCommand } from './cli/trace.ts';
import { verifyCommand } from './cli/verifyCommand.ts';

// One line per command, in the order of the help. To add one: a file in `cli/` and its line here. What works on the
// database instead of the service is loaded when it is run: it needs half of the program.
const commands = [
  statusCommand,
  traceCommand,
  doctorCommand,
  projectionsCommand,
  rebuildCommand,
  differenceCommand,
  swapCommand,
  rollbackCommand,
  abortCommand,
  deadLettersCommand,
  replayCommand,
  discardCommand,
  adaptersCommand,
  lanesCommand,
  pauseCommand,
  resumeCommand,
  limitCommand,
  approvalsCommand,
  approveCommand,
  verifyCommand,
  exportCommand,
  eraseCommand,
  newKeysCommand,
  newMasterKeyCommand,
];

await runCli(commands, process.argv);
