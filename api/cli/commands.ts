import { approvalsCommand, approveCommand } from './approvals.ts';
import { consumersCommand, resetConsumerCommand } from './consumers.ts';
import { repostCommand, restageCommand, reverseCommand } from './corrections.ts';
import { deadLettersCommand } from './deadLetters.ts';
import { discardCommand } from './discard.ts';
import { doctorCommand } from './doctorCommand.ts';
import { eraseCommand } from './erase.ts';
import { assignCommand, exceptionsCommand, resolveCommand, slasCommand } from './exceptions.ts';
import { exportCommand } from './export.ts';
import { limitCommand } from './limit.ts';
import { newAgentKeyCommand } from './newAgentKey.ts';
import { newKeysCommand } from './newKeys.ts';
import { newMasterKeyCommand } from './newMasterKey.ts';
import { adaptersCommand, lanesCommand, pauseCommand, resumeCommand } from './pauses.ts';
import {
  closeCommand,
  openPeriodCommand,
  periodsCommand,
  readinessCommand,
  reopenCommand,
  softCloseCommand,
} from './periods.ts';
import { policiesCommand } from './policies.ts';
import { projectionsCommand } from './projections.ts';
import { abortCommand, differenceCommand, rebuildCommand, rollbackCommand, swapCommand } from './rebuild.ts';
import { reconcileCommand, reconciliationsCommand } from './reconciliations.ts';
import { replayCommand } from './replay.ts';
import { reportCommand, reportsCommand } from './reports.ts';
import { simulateCommand, simulationCommand } from './simulate.ts';
import { statusCommand } from './status.ts';
import { tieOutsCommand } from './tieOuts.ts';
import { traceCommand } from './trace.ts';
import { verifyCommand } from './verifyCommand.ts';
import { deliveriesCommand, redeliverCommand, webhooksCommand } from './webhooks.ts';

// One line per command, in the order of the help. To add one: a file in this folder and its line here. What works on the
// database instead of the service is loaded when it is run: it needs half of the program.
export const commands = [
  statusCommand,
  traceCommand,
  reportsCommand,
  reportCommand,
  periodsCommand,
  readinessCommand,
  tieOutsCommand,
  openPeriodCommand,
  softCloseCommand,
  closeCommand,
  reopenCommand,
  restageCommand,
  reverseCommand,
  repostCommand,
  doctorCommand,
  projectionsCommand,
  rebuildCommand,
  differenceCommand,
  swapCommand,
  rollbackCommand,
  abortCommand,
  exceptionsCommand,
  assignCommand,
  resolveCommand,
  slasCommand,
  reconciliationsCommand,
  reconcileCommand,
  simulateCommand,
  simulationCommand,
  deadLettersCommand,
  replayCommand,
  discardCommand,
  webhooksCommand,
  deliveriesCommand,
  redeliverCommand,
  consumersCommand,
  resetConsumerCommand,
  adaptersCommand,
  lanesCommand,
  pauseCommand,
  resumeCommand,
  limitCommand,
  policiesCommand,
  approvalsCommand,
  approveCommand,
  verifyCommand,
  exportCommand,
  eraseCommand,
  newKeysCommand,
  newAgentKeyCommand,
  newMasterKeyCommand,
];
