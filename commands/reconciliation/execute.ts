import { streamName } from '../../domain/eventLog.ts';
import type { Difference } from '../../domain/reconciliation/events.ts';
import {
  type ExplainedBreak,
  type FoundBreak,
  type ReconciliationCommand,
  type ReconciliationRun,
  reconciliationDecider,
} from '../../domain/reconciliation/reconciliation.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import type { Clock } from '../ports.ts';
import { actingAs } from '../workers/ownContext.ts';
import { CannotCompare, type Compared, type ComparedPair, type Explain, type StandingBreak } from './ports.ts';

export type ExecutePorts = {
  readonly executor: Pick<Executor, 'execute'>;
  /** Breaks that are not over, as new as the log. */
  readonly standing: (run: ReconciliationRun, limit: number) => Promise<readonly StandingBreak[]>;
  readonly clock: Clock;
};

/** All that can stand of a pair: no more is named by its runs. */
export const standingMax = 2_000;
/** Of one append. */
const reportMax = 100;

export const reconciliationStream = ({ bu, pair, runId }: ReconciliationRun) =>
  streamName(reconciliationDecider.category, bu, `${pair}.${runId}`);

/** As this service itself. */
export const tellRun = async (
  { executor, clock }: Pick<ExecutePorts, 'executor' | 'clock'>,
  command: ReconciliationCommand,
  step: string,
): Promise<void> => {
  const id = `reconciliation:${command.runId}:${step}`;
  const { bu, pair, runId } = command;
  const executed = await executor.execute(reconciliationDecider, reconciliationStream({ bu, pair, runId }), command, {
    ...{ commandId: id, correlationId: runId, causationId: runId, occurredAt: clock() },
    ...actingAs('reconciliation'),
  });
  if (executed.kind !== 'done') throw new Error(`the run ${runId} took nothing: ${JSON.stringify(executed)}`);
};

type Looked = { readonly found?: FoundBreak; readonly explained?: ExplainedBreak };

const isSame = (difference: Difference, earlier: StandingBreak | undefined): boolean =>
  earlier !== undefined && earlier.ours === difference.ours && earlier.theirs === difference.theirs;

/** What is to be said of one difference: nothing when it stands as it stood and nothing was done about it. */
const lookAt = async (
  explain: Explain,
  run: ReconciliationRun,
  difference: Difference,
  earlier: StandingBreak | undefined,
  signal: AbortSignal,
): Promise<Looked> => {
  const breakId =
    earlier?.breakId ?? derivedUlid(`break:${JSON.stringify([run.bu, run.pair, difference.object, run.runId])}`);
  const explanation = await explain(difference, earlier, signal).catch((error: unknown) => {
    if (!(error instanceof PartnerUnavailable)) throw error;
    return { class: 'TIMING', cause: 'NOT_EXPLAINED_YET', fix: null, references: [] } as const;
  });
  const isNews =
    !isSame(difference, earlier) ||
    // What is repeated is told each time, and that it is given up.
    explanation.fix !== null ||
    explanation.fix !== earlier?.fix ||
    explanation.class !== earlier?.class ||
    explanation.cause !== earlier.cause;
  return {
    ...(!isSame(difference, earlier) && { found: { breakId, ...difference } }),
    ...(isNews && { explained: { breakId, ...explanation } }),
  };
};

const unfinished = (error: unknown): Pick<Compared, 'reason'> => {
  if (error instanceof CannotCompare) return { reason: error.reason };
  if (error instanceof PartnerUnavailable)
    return { reason: error.class === 'BAD_RESPONSE' ? 'NOT_UNDERSTOOD' : 'PARTNER_AWAY' };
  throw error;
};

/** Says in appends of bounded size what differs; each is known again by what it says, so a run that was cut off repeats none. */
const report = async (
  ports: ExecutePorts,
  pair: ComparedPair,
  run: ReconciliationRun,
  { differences }: Compared,
  standing: ReadonlyMap<string, StandingBreak>,
  signal: AbortSignal,
): Promise<void> => {
  for (let from = 0; from < differences.length; from += reportMax) {
    const part = differences.slice(from, from + reportMax);
    const earlierOf = ({ object }: Difference) => standing.get(object.id);
    const explain = await pair.explaining(run, part, earlierOf);
    const looked: Looked[] = [];
    for (const difference of part) {
      signal.throwIfAborted();
      looked.push(await lookAt(explain, run, difference, earlierOf(difference), signal));
    }
    const found = looked.flatMap((one) => one.found ?? []);
    const explained = looked.flatMap((one) => one.explained ?? []);
    const ids = derivedUlid(JSON.stringify([found, explained]));
    await tellRun(ports, { type: 'ReportBreaks', ...run, found, explained, healed: [] }, `breaks:${ids}`);
  }
};

const heal = async (ports: ExecutePorts, run: ReconciliationRun, breakIds: readonly string[]): Promise<void> => {
  for (let from = 0; from < breakIds.length; from += reportMax) {
    const healed = breakIds.slice(from, from + reportMax);
    const ids = derivedUlid(JSON.stringify(healed));
    await tellRun(ports, { type: 'ReportBreaks', ...run, found: [], explained: [], healed }, `healed:${ids}`);
  }
};

/**
 * Compares both sides and ends the run. Killed anywhere, it is begun again under the same id and compares anew: what it has
 * said already is not said twice. A partner that is away ends it as incomplete, which says nothing about what stood before;
 * so does what was not looked at to the end: a difference is over only when both sides were seen to say the same.
 */
export const executeRun = async (
  ports: ExecutePorts,
  pair: ComparedPair,
  run: ReconciliationRun,
  signal: AbortSignal,
): Promise<'COMPLETE' | 'INCOMPLETE'> => {
  const standing = new Map((await ports.standing(run, standingMax)).map((one) => [one.objectId, one]));
  const compared: Compared | Pick<Compared, 'reason'> = await pair
    .compare(run, new Set(standing.keys()), signal)
    .catch(unfinished);
  const { reason } = compared;
  let over: readonly string[] = [];
  if ('differences' in compared) {
    await report(ports, pair, run, compared, standing, signal);
    over = compared.agreed.flatMap((objectId) => standing.get(objectId)?.breakId ?? []);
    await heal(ports, run, over);
  }
  const outcome = reason === null ? 'COMPLETE' : 'INCOMPLETE';
  const cut = 'cut' in compared ? compared.cut : null;
  const counted = { compared: 'compared' in compared ? compared.compared : 0, standing: standing.size - over.length };
  await tellRun(ports, { type: 'CompleteReconciliation', ...run, outcome, reason, cut, ...counted }, 'completed');
  return outcome;
};
