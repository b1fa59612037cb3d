import type { Decider, Event, Refusal } from '../../domain/decider.ts';
import type { NewEvent, StreamName } from '../../domain/eventLog.ts';
import type { PayloadOf, StepName } from '../../domain/orderToCash/steps.ts';
import type { AccruableGoods, StagedLines } from '../calls/callPorts.ts';
import type { StreamReader } from '../deciding/readStream.ts';
import type { ExecuteOptions, Executor, LoadedStream, LoadOptions } from '../handle.ts';
import type { ErpSystems, Tax, Wms } from '../partnerPorts.ts';
import type { FraudEngine } from '../ports/fraud.ts';
import type { Clock, CommandContext, OutboxItem } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { actingAs } from '../workers/ownContext.ts';

/** What the scripts of the processes work with. */
export type StepPorts = {
  readonly executor: Executor;
  readonly store: StreamReader;
  readonly catalog: Pick<CatalogFollower, 'current' | 'waitFor'>;
  readonly clock: Clock;
  readonly erps: ErpSystems;
  /** Whether operators pause the calls of the ERP of that name. */
  readonly isErpHeld?: (system: string) => boolean;
  readonly wms: Wms;
  readonly tax: Tax;
  readonly fraud: FraudEngine;
  readonly accruableGoods: AccruableGoods;
  readonly stagedLines: StagedLines;
  /** The span that a step runs in, kept with the events it causes. */
  readonly traceparent?: () => string | undefined;
};

/** The domain said no to a command of a script that expected a yes. Visible in the outbox and tried again. */
export class StepRefused extends Error {
  override readonly name: string;
  readonly refusal: Refusal;
  constructor(refusal: Refusal, stream: string) {
    super(`${stream}: ${refusal.detail}`);
    this.name = refusal.refused;
    this.refusal = refusal;
  }
}

export type Answered<S, E extends Event> =
  | { readonly kind: 'done'; readonly events: readonly NewEvent<E>[]; readonly state: S }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly state: S };

/**
 * One run of one step. A run may be the second or tenth of its step, after any number of its commands: every command has
 * an id that a later run gives it again.
 */
export type Run = StepPorts & {
  readonly intentId: string;
  readonly causeEventId: string;
  /** An earlier run was started and did not report its end. */
  readonly again: boolean;
  readonly contextOf: (commandId: string, causationId?: string) => CommandContext;
  /** The same run; what it decides from here on says that these versions of policies decided it. */
  readonly under: (policy: NonNullable<CommandContext['policy']>) => Run;
  /** Executes a command; a refusal is an answer. `occurredAt`: when what it tells of happened, if not now. */
  readonly ask: <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    command: C,
    commandId: string,
    occurredAt?: string,
  ) => Promise<Answered<S, E>>;
  /** Executes a command that must be accepted. Throws `StepRefused`. */
  readonly tell: <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    command: C,
    commandId: string,
    occurredAt?: string,
  ) => Promise<Extract<Answered<S, E>, { kind: 'done' }>>;
  /** As `tell`, for a command that mostly begins its stream: that is not read unless the log says that there is one. */
  readonly open: <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    command: C,
    commandId: string,
  ) => Promise<Extract<Answered<S, E>, { kind: 'done' }>>;
  readonly load: <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    options?: Pick<LoadOptions, 'isNew'>,
  ) => Promise<LoadedStream<S>>;
};

export type StepScript<S extends StepName> = (run: Run, payload: PayloadOf<S>) => Promise<void>;

export const startRun = (ports: StepPorts, item: OutboxItem, policy?: CommandContext['policy']): Run => {
  const { intentId, causeEventId, correlationId, attempts } = item;
  const contextOf = (commandId: string, causationId = causeEventId): CommandContext => {
    const traceparent = ports.traceparent?.();
    return {
      commandId,
      occurredAt: ports.clock(),
      correlationId,
      causationId,
      ...actingAs('process:o2c'),
      ...(policy !== undefined && { policy }),
      ...(traceparent !== undefined && { traceparent }),
    };
  };
  const again = attempts > 1;
  const ask = async <S, C, E extends Event>(
    decider: Decider<S, C, E>,
    stream: StreamName,
    command: C,
    commandId: string,
    occurredAt?: string,
    options?: ExecuteOptions,
  ): Promise<Answered<S, E>> => {
    const context = contextOf(commandId);
    const dated = occurredAt === undefined ? context : { ...context, occurredAt };
    const executed = await ports.executor.execute(decider, stream, command, dated, options);
    if (executed.kind === 'revisionMismatch') throw new Error('no revision was expected');
    return executed;
  };
  const accepted = <S, E extends Event>(answer: Answered<S, E>, stream: StreamName) => {
    if (answer.kind === 'refused') throw new StepRefused(answer.refusal, stream);
    return answer;
  };
  return {
    ...{ ...ports, intentId, causeEventId, again, contextOf },
    under: (more) => startRun(ports, item, { ...policy, ...more }),
    ask: (decider, stream, command, commandId, occurredAt) => ask(decider, stream, command, commandId, occurredAt),
    tell: async (decider, stream, command, commandId, occurredAt) =>
      accepted(await ask(decider, stream, command, commandId, occurredAt), stream),
    // An earlier run has probably written it.
    open: async (decider, stream, command, commandId) =>
      accepted(await ask(decider, stream, command, commandId, undefined, { isNew: !again }), stream),
    load: ports.executor.load,
  };
};
