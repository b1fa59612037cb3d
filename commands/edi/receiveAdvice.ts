import { advisedInstant } from '../../domain/edi/adviceTime.ts';
import type { SetError, ShippingAdviceReceived } from '../../domain/edi/inboundEvents.ts';
import { madeDocumentsDecider } from '../../domain/edi/madeDocuments.ts';
import type { PartnerDocumentMade } from '../../domain/edi/madeEvents.ts';
import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf, nodeOf } from '../../domain/masterData/catalog.ts';
import type { Partner } from '../../domain/masterData/partners.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { toDomain } from '../codec.ts';
import { eventAt, type StreamReader } from '../deciding/readStream.ts';
import type { Executor } from '../handle.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import type { ReadAdvice } from './inboundPorts.ts';
import { dataOf, type OfSet, rejected, type SetOutcome } from './setOutcome.ts';

export type AdvicePorts = {
  readonly executor: Pick<Executor, 'load'>;
  readonly store: StreamReader;
  readonly catalog: Pick<CatalogFollower, 'current'>;
};

/** The 940 that has this number. Its number says where it lies among what the partner was sent, so nobody can name another's. */
const orderOf = async (
  { store }: AdvicePorts,
  { bu, partner }: Partner,
  number: string,
): Promise<PartnerDocumentMade['data'] | undefined> => {
  const controlNumber = /^\d{1,9}$/.test(number) ? Number(number) : 0;
  if (controlNumber === 0) return undefined;
  const recorded = await eventAt(store, streamName(madeDocumentsDecider.category, bu, partner), controlNumber - 1);
  const event = recorded === undefined ? undefined : toDomain(recorded);
  return event?.type === 'PartnerDocumentMade' && event.data.kind === '940' ? event.data : undefined;
};

/** The node that a shipment leaves from; undefined: it is not planned yet. */
const nodeOfShipment = async (
  { executor }: AdvicePorts,
  bu: string,
  shipmentId: string | null,
): Promise<string | undefined> => {
  if (shipmentId === null) return undefined;
  const { state } = await executor.load(shipmentDecider, streamName(shipmentDecider.category, bu, shipmentId));
  return state.plan?.node;
};

const scope = (detail: string, placed: ReturnType<ReadAdvice['placeOf']>): SetError => ({
  ...{ code: 'PARTNER_SCOPE', detail, ...placed, x12Code: '7' },
});

/** What keeps a warehouse from saying this: it is none, or the goods are none of its own. */
const outside = (
  { warehouse }: Partner,
  { node, placeOf }: ReadAdvice,
  planned: string | undefined,
): SetError | undefined => {
  if (warehouse === undefined) return scope('You are no warehouse that ships goods of ours.', placeOf('/number'));
  if (node !== null && node !== planned && !warehouse.nodes.includes(node))
    return scope(`Node ${node} is not yours.`, placeOf('/node'));
  if (node !== null && planned !== undefined && node !== planned)
    return scope(`The shipping order was for node ${planned}, not ${node}.`, placeOf('/node'));
  return undefined;
};

/** The number of a shipment is theirs for ever; without one the same goods under the same numbers of the carrier are the same advice. */
const confirmationIdOf = (
  { partner }: Partner,
  { number, reference, shipped, tracking, lines }: ReadAdvice,
): string => {
  const content = { shipped, lines, ...(tracking.length > 0 && { tracking }) };
  return `945:${partner}:${number}:${reference ?? contentSha256(content).slice(0, 32)}`;
};

/**
 * A 945 is kept whole as a fact of its interchange, in the words of the warehouse; what it says of the shipment is taken by
 * the inbox of warehouses (`adviceFeed.ts`), which tries again what cannot be taken yet. One of goods that are not the
 * sender's is rejected and leads to nothing. Throws `LogUnavailable`.
 */
export const receiveAdvice = async (ports: AdvicePorts, of: OfSet): Promise<SetOutcome> => {
  const { opened, mapping, at } = of;
  const { partner } = mapping;
  const read = opened.advice(at.place);
  const { number, reference, shipped, carrier, tracking, lines, unused, errors } = read;
  if (errors.length > 0 || shipped === null) return rejected(of, null, errors);
  const order = await orderOf(ports, partner, number);
  const shipmentId = order?.reference ?? null;
  const node = await nodeOfShipment(ports, partner.bu, shipmentId);
  const notTheirs = outside(partner, read, node);
  if (notTheirs !== undefined) return rejected(of, null, [notTheirs]);
  const catalog = ports.catalog.current();
  const place = nodeOf(catalog, partner.bu, node ?? read.node ?? '') ?? businessUnitOf(catalog, partner.bu);
  const data: ShippingAdviceReceived['data'] = {
    ...dataOf(of),
    ...{ number, shipmentId, orderId: order?.orderId ?? null, reference },
    confirmationId: confirmationIdOf(partner, read),
    shippedAt: advisedInstant(shipped, place?.timeZone ?? 'UTC'),
    ...(carrier !== undefined && { carrier }),
    ...{ tracking, lines, unused, mappingVersion: mapping.version },
  };
  return { type: 'ShippingAdviceReceived', data };
};
