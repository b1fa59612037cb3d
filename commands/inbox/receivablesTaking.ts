import { credit } from '../../domain/credit/credit.ts';
import { LogUnavailable, type StreamName, streamName } from '../../domain/eventLog.ts';
import { contentSha256 } from '../canonicalJson.ts';
import type { Executor } from '../handle.ts';
import type { Clock, CommandContext, ReceivablesFigure, StuckItem } from '../ports.ts';
import { troubleOf } from '../workers/trouble.ts';

export type TakingFigures = {
  readonly executor: Pick<Executor, 'execute'>;
  readonly clock: Clock;
};

/** Figures of one customer that are not taken yet, oldest first. `before`: the cursor that the first of them came behind. */
export type StandingFigures = {
  readonly figures: readonly ReceivablesFigure[];
  readonly before: string;
  readonly attempts: number;
  readonly dueAtMs: number;
  readonly error: unknown;
};

export const laneOfFigure = ({ bu, customer }: ReceivablesFigure): string => `credit:${bu}:${customer}`;

/** The same figure is the same command. */
const contextOf = ({ clock }: TakingFigures, system: string, figure: ReceivablesFigure): CommandContext => {
  const commandId = `${system}:receivables:${contentSha256(figure)}`;
  return {
    ...{ commandId, correlationId: commandId, causationId: commandId, occurredAt: clock() },
    actor: { kind: 'PARTNER', id: system, roles: ['erp'] },
    source: { system, partnerId: system },
  };
};

/** Undefined: no customer of ours can have such a name. */
const accountOf = ({ bu, customer }: ReceivablesFigure): StreamName | undefined => {
  try {
    return streamName('credit', bu, customer);
  } catch {
    return undefined;
  }
};

/**
 * Figures of one customer, in their order. Who is not known here yet has the figure when he comes to be. Throws
 * `LogUnavailable`; what else fails is told with what is left.
 */
export const takeFigures = async (
  ports: TakingFigures,
  system: string,
  figures: readonly ReceivablesFigure[],
): Promise<{ readonly left: readonly ReceivablesFigure[]; readonly error: unknown } | undefined> => {
  for (const [index, figure] of figures.entries()) {
    const { bu, customer, currency, openAr, asOf, contains } = figure;
    const stream = accountOf(figure);
    if (stream === undefined) continue;
    const command = { type: 'SynchroniseExposure', bu, customer, currency, openAr, asOf, contains } as const;
    try {
      await ports.executor.execute(credit, stream, command, contextOf(ports, system, figure));
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      return { left: figures.slice(index), error };
    }
  }
  return undefined;
};

export const standingItems = (
  system: string,
  laneKey: string,
  standing: StandingFigures | undefined,
): readonly StuckItem[] =>
  (standing?.figures ?? []).slice(0, 1).map((figure) => {
    const { kind, class: errorClass, detail } = troubleOf(standing?.error);
    return {
      ...{ laneKey, item: figure.asOf, kind, what: 'RECEIVABLES', position: null, errorClass, detail },
      payloadRef: { system, customer: figure.customer, asOf: figure.asOf },
      payload: JSON.stringify(figure),
      ...{ attempts: standing?.attempts ?? 0, blockedCount: (standing?.figures.length ?? 1) - 1 },
    };
  });
