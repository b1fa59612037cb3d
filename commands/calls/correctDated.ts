import { periodOf } from '../../domain/calendar.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/decider.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import type { GlCorrectionEvent } from '../../domain/ledger/correctionEvents.ts';
import { type GlCorrectionCommand, glCorrectionDecider } from '../../domain/ledger/glCorrection.ts';
import { periodDecider } from '../../domain/ledger/period.ts';
import type { Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { eventsOfCommands } from '../deciding/readStream.ts';
import type { Done } from '../handle.ts';
import { alsoAs, refused, revisionMismatch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { AppPorts } from './callPorts.ts';

export type DatedCorrection = GlCorrectionCommand & { readonly accountingDate: string };

type Asked = {
  readonly stream: StreamName;
  readonly command: DatedCorrection;
  readonly ifMatch: number | undefined;
};

/** Before anybody is noted for it: undefined where this very command did it before, otherwise whether it can be done. */
const objection = async (
  { executor, store }: AppPorts,
  { stream, command, ifMatch }: Asked,
  { commandId }: CommandContext,
): Promise<Outcome<never> | 'none' | undefined> => {
  const { state, revision } = await executor.load(glCorrectionDecider, stream);
  if ((await eventsOfCommands(store, stream, commandId)).length > 0) return undefined;
  if (ifMatch !== undefined && ifMatch !== revision) return revisionMismatch(revision);
  const decided = glCorrectionDecider.decide(command, state);
  return isRefusal(decided) ? refused(decided) : 'none';
};

/**
 * The period's own stream keeps who corrects its books by hand, and refuses who closed or reopened it (spec 4.12). A
 * repetition that was noted before finds the period closed by now where it comes too late.
 */
const noteInPeriod = async (
  { executor }: AppPorts,
  { data: { bu, ledger }, accountingDate }: DatedCorrection,
  context: CommandContext,
): Promise<Refusal | undefined> => {
  const period = periodOf(accountingDate);
  const about = { bu, ledger, period, correctionId: context.commandId, by: context.actor.id };
  const stream = streamName('period', bu, ledger, period);
  const noted = alsoAs(context, `${context.commandId}:period`);
  const executed = await executor.execute(periodDecider, stream, { type: 'CorrectPeriod', ...about }, noted);
  if (executed.kind === 'done' && (executed.state.status === 'CLOSING' || executed.state.status === 'CLOSED'))
    return refuse('PERIOD_CLOSED', `Period ${period} was closed before this correction was repeated.`);
  if (executed.kind !== 'refused') return undefined;
  const { refusal } = executed;
  return refusal.refused === 'NOT_FOUND' ? refuse('PERIOD_CLOSED', `Period ${period} is not open yet.`) : refusal;
};

/** Notes in the period of its accounting date who corrects a journal, and then corrects it; the same command goes on where it was cut off. */
export const correctDated = async <T extends object>(
  ports: AppPorts,
  asked: Asked,
  context: CommandContext,
  toValue: (done: Done<unknown, GlCorrectionEvent>) => T,
): Promise<Outcome<T>> => {
  const no = await objection(ports, asked, context);
  if (no === 'none') {
    const forbidden = await noteInPeriod(ports, asked.command, context);
    if (forbidden !== undefined) return refused(forbidden);
  } else if (no !== undefined) return no;
  return carryOut(ports.executor, { decider: glCorrectionDecider, ...asked }, context, toValue);
};
