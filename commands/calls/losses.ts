import type { LossCommand } from '../../domain/shipment/lossCommands.ts';
import type { LossLiability, LossOutcome } from '../../domain/shipment/lossEvents.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, noSuch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { FactPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import type { WithRevision } from './inputs.ts';
import { findPlanned } from './plannedShipment.ts';

type OfLoss = { readonly shipmentId: string; readonly lossId: string };
type Answered = Promise<Outcome<{ readonly shipmentId: string }>>;

export type LossInput = OfLoss & {
  readonly kind: 'LOST' | 'DAMAGED';
  readonly at: string;
  readonly liability: LossLiability;
  readonly reference?: string;
  readonly lines?: readonly {
    readonly shipmentLineId: string;
    readonly qty: string;
    readonly confirmationId?: string;
  }[];
};

/** Goods that were lost or damaged on their way, by the word of a person. A carrier tells of them by tracking events. */
export type LossCalls = {
  readonly recordLoss: (input: LossInput & WithRevision, context: CommandContext) => Answered;
  /** What becomes of the goods that nobody bills; those that are billed are credited then. */
  readonly decideLoss: (
    input: OfLoss & { readonly outcome: LossOutcome } & WithRevision,
    context: CommandContext,
  ) => Answered;
  readonly reassignLoss: (
    input: OfLoss & { readonly liability: LossLiability; readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Answered;
  readonly recordFound: (input: OfLoss & { readonly at: string } & WithRevision, context: CommandContext) => Answered;
};

type Told = {
  readonly shipmentId: string;
  readonly ifMatch: number | undefined;
  readonly command: LossCommand;
  /** When it happened, where that is a claim of whoever tells it. */
  readonly at?: string;
};

const tell = async (
  ports: FactPorts,
  { shipmentId, ifMatch, command, at }: Told,
  context: CommandContext,
): Answered => {
  const found = await findPlanned(ports, shipmentId);
  if (found === undefined) return noSuch('shipment', shipmentId);
  const known = found.state.losses.find(({ lossId }) => lossId === command.lossId);
  const isRepeated = command.type === 'RecordLoss' ? known !== undefined : known?.found === true;
  const untimely = at === undefined || isRepeated ? undefined : claimedTimeViolation('/at', at, ports.clock());
  if (untimely !== undefined) return invalid([untimely]);
  const work = { decider: shipmentDecider, stream: found.stream, command, ifMatch };
  const told = at === undefined ? context : { ...context, occurredAt: at };
  return carryOut(ports.executor, work, told, () => ({ shipmentId }));
};

export const lossCalls = (ports: FactPorts): LossCalls => ({
  recordLoss: ({ shipmentId, ifMatch, ...told }, context) => {
    const command = { type: 'RecordLoss', ...told, contentSha256: contentSha256(told) } as const;
    return tell(ports, { shipmentId, ifMatch, command, at: told.at }, context);
  },
  decideLoss: ({ shipmentId, ifMatch, ...decided }, context) => {
    const command = { type: 'DecideLoss', ...decided, decidedBy: context.actor.id } as const;
    return tell(ports, { shipmentId, ifMatch, command }, context);
  },
  reassignLoss: ({ shipmentId, ifMatch, ...reassigned }, context) =>
    tell(ports, { shipmentId, ifMatch, command: { type: 'ReassignLoss', ...reassigned } }, context),
  recordFound: ({ shipmentId, ifMatch, ...found }, context) =>
    tell(ports, { shipmentId, ifMatch, command: { type: 'RecordFound', ...found }, at: found.at }, context),
});
