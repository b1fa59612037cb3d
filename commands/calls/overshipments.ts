import { allocation } from '../../domain/allocation/allocation.ts';
import type { AllocationFulfilled } from '../../domain/allocation/events.ts';
import type { Refusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import { majorText, minor } from '../../domain/money.ts';
import { order } from '../../domain/order/order.ts';
import type { OvershipmentOutcome } from '../../domain/shipment/overshipmentEvents.ts';
import { notLost } from '../../domain/shipment/overshipments.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { Outcome } from '../application.ts';
import { findEvent } from '../deciding/readStream.ts';
import { derivedUlid } from '../eventIds.ts';
import { alsoAs, noSuch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';
import type { AppPorts } from './callPorts.ts';
import { carryOutOrAsk } from './carryOutOrAsk.ts';
import { findStream } from './findStream.ts';
import { findCommand } from './foundOvershipments.ts';
import type { WithRevision } from './inputs.ts';
import type { Shipment } from './shipmentFacts.ts';

type ResolveInput = {
  readonly shipmentId: string;
  readonly confirmationId: string;
  readonly lineId: string;
  readonly outcome: OvershipmentOutcome;
  readonly reason: string;
  readonly consent?: string;
} & WithRevision;

type Resolved = { readonly shipmentId: string; readonly resolutionId: string; readonly outcome: OvershipmentOutcome };

export type OvershipmentCalls = {
  /** A gift above the limit of the business unit APPROVAL_REQUIRED, until a second person agreed to the very same. */
  readonly resolveOvershipment: (input: ResolveInput, context: CommandContext) => Promise<Outcome<Resolved>>;
};

type Counted = AllocationFulfilled['data'];

/**
 * The process finds what is over-shipped within moments. What left before there was such a process it never heard of, and is
 * found here, by the same rules and under an id of its own.
 */
const findFirst = async (
  ports: AppPorts,
  { bu, stream, state }: Shipment,
  { confirmationId, lineId }: ResolveInput,
  context: CommandContext,
): Promise<void> => {
  const { plan } = state;
  const isFound = state.overshipments.some(
    ({ found }) => found.confirmationId === confirmationId && found.lineId === lineId,
  );
  const isSent = state.confirmedLines.some((line) => line.confirmationId === confirmationId && line.lineId === lineId);
  if (plan === null || isFound || !isSent || state.voided) return;
  const ofOrder = streamName('allocation', bu, plan.orderId);
  const isCounted = ({ data }: { readonly data: Counted }): boolean =>
    data.releaseId === plan.releaseId && data.confirmationId === confirmationId;
  const [counted, allocated, ordered] = await Promise.all([
    findEvent(ports.store, ofOrder, 'AllocationFulfilled', isCounted),
    ports.executor.load(allocation, ofOrder),
    ports.executor.load(order, streamName('order', bu, plan.orderId)),
  ]);
  const { submitted } = ordered.state;
  if (counted === undefined || submitted === null) return;
  const command = findCommand({
    ...{ catalog: ports.catalog.current(), channel: submitted.channel, allocation: allocated.state, shipment: state },
    ...{ counted: counted.data, at: ports.clock() },
  });
  if (command === undefined) return;
  const { claims: _, ...without } = context;
  const also = alsoAs(without, `${counted.eventId}:find`, counted.eventId);
  await ports.executor.execute(shipmentDecider, stream, command, also);
};

/** A limit is in the currency of the unit; in another one nothing is given away by one person alone. */
const limitOf = ({ catalog }: AppPorts, { bu, state }: Shipment): string => {
  const unit = businessUnitOf(catalog.current(), bu);
  return unit?.currency === state.currency ? (unit?.giftLimit ?? '0') : '0';
};

const needOf = (
  { bu, state }: Shipment,
  { shipmentId, confirmationId, lineId, outcome }: ResolveInput,
  { data }: Refusal,
): NeedsApproval => {
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const found = state.overshipments.find(
    (each) => each.found.confirmationId === confirmationId && each.found.lineId === lineId,
  )?.found;
  const { excess = '0', item = '', currency = '' } = found === undefined ? {} : notLost(state, found);
  return {
    duty: 'GIFT',
    subject: { kind: 'shipment', id: shipmentId },
    payload: { shipmentId, confirmationId, lineId, outcome, excess, asked },
    summary: `Give away ${excess} of ${item} that left with shipment ${shipmentId} beyond the order: they cost ${majorText(minor(asked), currency)} ${currency}.`,
    link: `/v1/shipments/${shipmentId}`,
    limit: { name: 'cost of goods given away, minor units', allowed: limit, asked },
    involved: [],
    // What people write about a customer is sealed, and an approval is not.
    reason: 'Gift of goods beyond an order',
    aboutBu: bu,
  };
};

const resolveOvershipment =
  (
    ports: AppPorts,
    { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>,
  ): OvershipmentCalls['resolveOvershipment'] =>
  async (input, context) => {
    const before = await findStream(ports, shipmentDecider, input.shipmentId);
    if (before === undefined) return noSuch('shipment', input.shipmentId);
    await findFirst(ports, before, input, context);
    const found: Shipment = { ...before, ...(await ports.executor.load(shipmentDecider, before.stream)) };
    const { shipmentId, ifMatch, ...said } = input;
    const resolutionId = derivedUlid(`overshipment:${context.commandId}`);
    const command = {
      type: 'ResolveOvershipment',
      ...{ resolutionId, ...said, resolvedAt: ports.clock(), limit: limitOf(ports, found) },
    } as const;
    const work = { decider: shipmentDecider, stream: found.stream, state: found.state, ifMatch };
    return carryOutOrAsk(
      { executor: ports.executor, requireApproval },
      { ...work, commandWith: (approved) => ({ ...command, ...approved }) },
      (above) => needOf(found, input, above),
      context,
      () => ({ shipmentId, resolutionId, outcome: input.outcome }),
    );
  };

export const overshipmentCalls = (
  ports: AppPorts,
  approvals: Pick<ApprovalCalls, 'requireApproval'>,
): OvershipmentCalls => ({ resolveOvershipment: resolveOvershipment(ports, approvals) });
