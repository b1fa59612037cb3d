import { allocation } from '../../domain/allocation/allocation.ts';
import { stillToStop } from '../../domain/allocation/cancelDecisions.ts';
import { isRefusal } from '../../domain/decider.ts';
import { type AskedStop, advisedFacts, withoutStopped } from '../../domain/edi/advisedGoods.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import type { Outcome } from '../application.ts';
import type { FactPorts } from '../calls/callPorts.ts';
import { confirmShipment, reportShortage, type Shipment } from '../calls/shipmentFacts.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { toDomain } from '../codec.ts';
import { alsoAs, invalid, refused } from '../outcome.ts';
import type { WarehouseMessage } from '../partnerPorts.ts';
import type { CommandContext } from '../ports.ts';
import { adviceInOurWords } from './adviceWords.ts';
import { stopDocumentId } from './warehouseDocumentIds.ts';
import { begunFor } from './warehouseOrders.ts';

type Advice = Extract<WarehouseMessage, { readonly kind: 'ADVISED' }>;
type Taken = Outcome<{ readonly shipmentId: string }>;

const stopCommand = (confirmationId: string, changeId: string): string => `${confirmationId}:stopped:${changeId}`;

/** Whether an event of the shipment follows from this advice, in whatever interchange it came. */
const isOfAdvice = ({ type, data, metadata }: RecordedDomainEvent, confirmationId: string): boolean => {
  if (type === 'ShipmentConfirmed') return data.confirmationId === confirmationId;
  if (type === 'ItemsPacked') return data.packId === confirmationId;
  if (type === 'ShipmentShorted') return data.shortageId === confirmationId;
  return type === 'ShipmentReduced' && metadata.commandId === stopCommand(confirmationId, data.changeId);
};

type Standing = {
  /** The shipment as it was before anything of this advice: whoever takes it again sees the same. */
  readonly before: ShipmentState;
  /** What was taken off it by this advice already. */
  readonly stopped: readonly AskedStop[];
};

const standingOf = async (
  { store }: Pick<FactPorts, 'store'>,
  { stream }: Shipment,
  confirmationId: string,
): Promise<Standing> => {
  let before = shipmentDecider.initial;
  let isBefore = true;
  const stopped: AskedStop[] = [];
  for await (const recorded of store.read(stream)) {
    const event = toDomain(recorded);
    const isOurs = isOfAdvice(event, confirmationId);
    isBefore &&= !isOurs;
    if (isBefore) before = shipmentDecider.evolve(before, event as Parameters<typeof shipmentDecider.evolve>[1]);
    if (isOurs && event.type === 'ShipmentReduced')
      stopped.push({ changeId: event.data.changeId, lines: event.data.lines });
  }
  return { before, stopped };
};

/** What changes asked this warehouse to stop and have no answer to. */
const unanswered = async (
  ports: FactPorts,
  { bu, state }: Shipment,
  partner: string,
): Promise<readonly AskedStop[]> => {
  const { orderId = '', releaseId = '' } = state.plan ?? {};
  const stream = streamName(allocation.category, bu, orderId);
  const allocated = (await ports.executor.load(allocation, stream)).state;
  if (allocated.changes === null) return [];
  const changeIds = new Set<string>();
  for await (const recorded of ports.store.read(stream)) {
    const event = toDomain(recorded);
    if (event.type === 'AllocationReleasedBack') changeIds.add(event.data.changeId);
  }
  const asked: AskedStop[] = [];
  for (const changeId of changeIds) {
    const lines = stillToStop(allocated, changeId, releaseId);
    if (lines.length === 0 || state.changeIds.includes(changeId)) continue;
    if ((await begunFor(ports, bu, stopDocumentId(changeId, releaseId))) === partner) asked.push({ changeId, lines });
  }
  return asked;
};

type Facts = {
  readonly cartons: Exclude<ReturnType<typeof advisedFacts>, { readonly refused: string }>['cartons'];
  readonly confirmation: Parameters<typeof confirmShipment>[2];
};

/** What was packed before, or would be in two cartons: the goods left all the same, and nobody can say in what. */
const packedOtherwise: ReadonlySet<string> = new Set(['CARTON_PACKED', 'SERIAL_PACKED']);

/** Cartons are told before they leave, because a confirmation takes those with it that are here; of more than was planned, after it. */
const ship = async (
  ports: FactPorts,
  shipment: Shipment,
  { cartons, confirmation }: Facts,
  context: CommandContext,
): Promise<Outcome<object>> => {
  const { confirmationId: packId, shippedAt: occurredAt } = confirmation;
  const pack = (id: string): Promise<Outcome<object>> => {
    const command = { type: 'RecordPack', packId, contentSha256: contentSha256({ packId, cartons }), cartons } as const;
    const work = { decider: shipmentDecider, stream: shipment.stream, command, ifMatch: undefined };
    return carryOut(ports.executor, work, { ...alsoAs(context, id), occurredAt }, () => ({}));
  };
  const first = cartons.length === 0 ? undefined : await pack(`${context.commandId}:packed`);
  const why = first?.kind === 'refused' ? first.refusal.refused : '';
  const isTooMuch = why === 'PACK_EXCEEDS_PLANNED';
  if (first !== undefined && first.kind !== 'done' && !isTooMuch && !packedOtherwise.has(why)) return first;
  const confirmed = await confirmShipment(ports, shipment, confirmation, { ...context, occurredAt });
  return confirmed.kind === 'done' && isTooMuch ? pack(`${context.commandId}:packed-after`) : confirmed;
};

/** What follows from it names the interchange that it came in, and its bytes. */
const fromInterchange = ({ partner, eventId, payloadSha256 }: Advice, context: CommandContext): CommandContext => ({
  ...context,
  causationId: eventId,
  source: { ...context.source, partnerId: partner, ...(payloadSha256 !== undefined && { payloadSha256 }) },
});

/**
 * A shipping advice (945) by the commands that a warehouse calls by REST: cartons, what left, what was stopped because somebody
 * asked for it, and what is short. Each has the advice's own id, so it counts once however often it comes and wherever a run
 * of it was killed. An item or unit that is not known is told with what to do, and the advice is tried again.
 */
export const takeAdvice = async (
  ports: FactPorts,
  shipment: Shipment,
  advice: Advice,
  asked: CommandContext,
): Promise<Taken> => {
  const { confirmationId, shippedAt, carrier, tracking, partner, shipmentId } = advice;
  const context = fromInterchange(advice, asked);
  const { goods, violations } = adviceInOurWords(ports.catalog.current(), shipment.bu, advice);
  if (violations.length > 0) return invalid(violations);
  const { before, stopped: done } = await standingOf(ports, shipment, confirmationId);
  const facts = advisedFacts(before.lines, goods);
  if (isRefusal(facts)) return refused(facts);
  const { shipped, cartons, notShipped } = facts;
  let last: Outcome<object> | undefined;
  if (shipped.length > 0) {
    const confirmation = {
      confirmationId,
      shippedAt,
      tracking,
      lines: shipped,
      ...(carrier !== undefined && { carrier }),
    };
    last = await ship(ports, shipment, { cartons, confirmation }, context);
    if (last.kind !== 'done') return last;
  }
  const toStop = notShipped.length === 0 ? [] : [...done, ...(await unanswered(ports, shipment, partner))];
  const { stopped, short } = withoutStopped(before.lines, notShipped, toStop);
  for (const { changeId, lines } of stopped) {
    const command = { type: 'Reduce', changeId, lines } as const;
    const work = { decider: shipmentDecider, stream: shipment.stream, command, ifMatch: undefined };
    const as = alsoAs(context, stopCommand(confirmationId, changeId));
    last = await carryOut(ports.executor, work, as, () => ({}));
    if (last.kind !== 'done') return last;
  }
  // One that tells of nothing yet is no event either, and is answered like one that came before.
  if (short.length > 0 || last === undefined) {
    const as = alsoAs(context, `${context.commandId}:short`);
    last = await reportShortage(ports, shipment, { shortageId: confirmationId, lines: short }, as);
  }
  return last.kind === 'done' ? { ...last, value: { shipmentId } } : last;
};
