import { streamName } from '../../domain/eventLog.ts';
import type { CaseClass } from '../../domain/exceptionCase/classes.ts';
import { type CaseCommand, caseDecider } from '../../domain/exceptionCase/exceptionCase.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import type { Clock } from '../ports.ts';
import { ownContext } from '../workers/ownContext.ts';

/** What runs over its limit, as whoever looks sees it. `since` is RFC 3339 or a date. */
export type SeenBreach = {
  readonly bu: string;
  readonly class: CaseClass;
  readonly objectKind: string;
  readonly objectId: string;
  readonly orderId: string | null;
  readonly soldTo: string | null;
  readonly node: string | null;
  readonly since: string | Date;
  readonly resolveSeconds: number;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly again: boolean;
};

export type WatchdogPorts = {
  readonly executor: Pick<Executor, 'execute'>;
  /** What has no open case, and cases whose cause is gone: at most `limit` of either. */
  readonly look: (limit: number) => Promise<{
    readonly breaches: readonly SeenBreach[];
    readonly cured: readonly { readonly bu: string; readonly caseId: string }[];
  }>;
  readonly clock: Clock;
};

/** Of a look. What is left comes with the next one, so an outage that stops ten thousand orders does not fill the log at once. */
const lookMax = 200;
const atOnce = 8;

/** One case for each class and object of a business unit, whoever opens it. */
const caseIdOf = ({ bu, class: name, objectKind, objectId }: Omit<SeenBreach, 'since'>): string =>
  derivedUlid(`case:${JSON.stringify([bu, name, objectKind, objectId])}`);

export const caseStream = (bu: string, caseId: string) => streamName(caseDecider.category, bu, caseId);

const opening = (seen: SeenBreach, at: string): CaseCommand => {
  const { bu, class: name, objectKind, objectId, orderId, soldTo, node, amount, currency, again } = seen;
  return {
    ...{ type: 'OpenCase', again, caseId: caseIdOf(seen), bu, class: name, object: { kind: objectKind, id: objectId } },
    ...{ orderId, soldTo, node, since: new Date(seen.since).toISOString() },
    dueAt: new Date(Date.parse(at) + seen.resolveSeconds * 1_000).toISOString(),
    moneyAtRisk: amount === null || currency === null ? null : { amount, currency },
  };
};

/**
 * Opens a case for what runs over its limit and closes those whose cause is gone. Each case decides by itself whether that is
 * news, so it makes no difference who else looks, how old the read model of the cases is, or where a look was cut off. Answers
 * with the number of events.
 */
export const watch = async ({ executor, look, clock }: WatchdogPorts): Promise<number> => {
  const { breaches, cured } = await look(lookMax);
  const at = clock();
  const commands: readonly CaseCommand[] = [
    ...breaches.map((seen) => opening(seen, at)),
    ...cured.map(({ bu, caseId }) => ({ type: 'CloseCase', bu, caseId }) as const),
  ];
  let events = 0;
  await inParallel(commands, atOnce, async (command) => {
    const { bu, caseId, type } = command;
    const id = `${type}:${bu}:${caseId}:${at}`;
    const executed = await executor.execute(
      caseDecider,
      caseStream(bu, caseId),
      command,
      ownContext('watchdog', id, at),
    );
    if (executed.kind === 'done') events += executed.events.length;
  });
  return events;
};
