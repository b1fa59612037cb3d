import { approvalsCommand, approveCommand } from './cli/approvals.ts';
import { deadLettersCommand } from './cli/deadLetters.ts';
import { doctorCommand } from './cli/doctor.ts';
import { exportCommand } from './cli/export.ts';
import { runCli } from './cli/frame.ts';
import { newKeysCommand } from './cli/newKeys.ts';
import { adaptersCommand, lanesCommand, pauseCommand, resumeCommand } from './cli/pauses.ts';
import { projectionsCommand } from './cli/projections.ts';
import { abortCommand, rebuildCommand, rollbackCommand, swapCommand } from './cli/rebuild.ts';
import { replayCommand } from './cli/replay.ts';
import { statusCommand } from './cli/status.ts';
import { traceCommand } from './cli/trace.ts';
import { verifyCommand } from './cli/verify.ts';

// One line per command, in the order of the help. To add one: a file in `cli/` and its line here.
const commands = [
  statusCommand,
  traceCommand,
  doctorCommand,
  projectionsCommand,
  rebuildCommand,
  swapCommand,
  rollbackCommand,
  abortCommand,
  deadLettersCommand,
  replayCommand,
  adaptersCommand,
  lanesCommand,
  pauseCommand,
  resumeCommand,
  approvalsCommand,
  approveCommand,
  verifyCommand,
  exportCommand,
  newKeysCommand,
];

await runCli(commands, process.argv);
