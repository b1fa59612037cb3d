import { documentBeginningDecider } from '../../domain/edi/documentBeginning.ts';
import { functionalIds } from '../../domain/edi/documentKinds.ts';
import type { Made } from '../../domain/edi/madeDocuments.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { goodsOf } from '../../domain/kit.ts';
import { acknowledgementOf, type Partner, partnerOf } from '../../domain/masterData/partners.ts';
import { warehouseOfNode, warehousePartners } from '../../domain/masterData/warehousePartners.ts';
import { order } from '../../domain/order/order.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { findEvent } from '../deciding/readStream.ts';
import type { Executor } from '../handle.ts';
import { PartnerUnavailable, type WarehouseRelease } from '../partnerPorts.ts';
import type { Clock, CommandContext, DocumentWriter, ShippingOrderContent } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { contextAfter } from '../workers/ownContext.ts';
import { Unsayable } from '../workers/trouble.ts';
import { type MakePorts, makeDocument } from './makeDocument.ts';
import { partnerWords } from './partnerWords.ts';
import { releaseDocumentId } from './warehouseDocumentIds.ts';

export type WarehouseOrderPorts = MakePorts & {
  readonly catalog: Pick<CatalogFollower, 'current' | 'waitFor'>;
  readonly write: DocumentWriter;
  readonly clock: Clock;
  /** What the partner says in its newest 997 of a document, or of the one that it was sent again as; null: nothing yet. Throws `LogUnavailable`. */
  readonly answerTo: (documentId: string) => Promise<'ACCEPTED' | 'REJECTED' | null>;
};

type OfShipment = ShippingOrderContent['release'] & { readonly orderId: string };
type Lines = ShippingOrderContent['lines'];

/** Each item of each line once, in the order in which they come. */
export const oncePerItem = (lines: Lines): Lines => {
  const merged = new Map<string, Lines[number]>();
  for (const line of lines) {
    const key = `${line.lineId}/${line.item}`;
    const known = merged.get(key)?.qty ?? '0';
    merged.set(key, { ...line, qty: qtyText(qty(known) + qty(line.qty)) });
  }
  return [...merged.values()];
};

const plannedAt = async (
  { store }: Pick<WarehouseOrderPorts, 'store'>,
  { bu, shipmentId }: Pick<OfShipment, 'bu' | 'shipmentId'>,
): Promise<RecordedOf<'ShipmentPlanned'>> => {
  const planned = await findEvent(store, streamName(shipmentDecider.category, bu, shipmentId), 'ShipmentPlanned');
  if (planned === undefined) throw new Error(`shipment ${shipmentId} was never planned`);
  return planned;
};

/** In the correlation of the order, whose shipment it is about. */
const contextOf = async (
  ports: WarehouseOrderPorts,
  shipment: OfShipment,
  documentId: string,
): Promise<CommandContext> => {
  const planned = await plannedAt(ports, shipment);
  return contextAfter(planned, 'edi', `${documentId}:edi`, ports.clock());
};

type Writing = (controlNumber: number) => string;

/** Throws `Unsayable` for what X12 has no way to say. */
const sayable =
  (write: Writing): Writing =>
  (controlNumber) => {
    try {
      return write(controlNumber);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Unsayable(error.message, { cause: error });
    }
  };

export type ShippingOrderToMake = {
  readonly documentId: string;
  readonly shipment: OfShipment;
  readonly told: Pick<ShippingOrderContent, 'purpose' | 'orderNumber' | 'lines'>;
};

/** Makes a 940, once for its id. Throws `Unsayable`, `LogUnavailable`. */
export const makeShippingOrder = async (
  ports: WarehouseOrderPorts,
  partner: Partner,
  { documentId, shipment, told }: ShippingOrderToMake,
): Promise<Made> => {
  const { bu, orderId, shipmentId } = shipment;
  const { state } = await ports.executor.load(order, streamName(order.category, bu, orderId));
  if (state.submitted === null) throw new Error(`order ${orderId} was never submitted`);
  const { node, shipTo } = shipment;
  const { customerPo, requestedDate, soldTo } = state.submitted;
  const content: ShippingOrderContent = {
    ...{ kind: '940', ...told },
    ...{ release: { shipmentId, bu, node, shipTo }, order: { customerPo, requestedDate, soldTo } },
  };
  const words = partnerWords(ports.catalog.current(), partner);
  const context = await contextOf(ports, shipment, documentId);
  const document = {
    ...{ bu, partner: partner.partner, soldTo: partner.soldTo, documentId, kind: '940' },
    ...{ functionalId: functionalIds['940'], orderId, reference: shipmentId, ...acknowledgementOf(partner) },
    write: sayable((controlNumber) =>
      ports.write(content, { partner, words, documentId, controlNumber, at: context.occurredAt }),
    ),
  };
  return makeDocument(ports, document, context);
};

/** Who was set about being told of a release, whoever has its node by now. */
export const begunFor = async (
  { executor }: { readonly executor: Pick<Executor, 'load'> },
  bu: string,
  documentId: string,
): Promise<string | null> => {
  const stream = streamName(documentBeginningDecider.category, bu, documentId);
  return (await executor.load(documentBeginningDecider, stream)).state.partner;
};

/** The partner as it is now. Throws `PartnerUnavailable` for one that nothing is made for at present. */
export const activePartner = ({ catalog }: Pick<WarehouseOrderPorts, 'catalog'>, bu: string, name: string): Partner => {
  const partner = partnerOf(catalog.current(), bu, name);
  if (partner?.active === true) return partner;
  throw new PartnerUnavailable(name, `Partner ${name} is not active: set it active, and its releases go out.`);
};

/** Whom a release goes to by EDI, as it was agreed when it was planned; undefined: to the other warehouses. Throws `PartnerUnavailable`. */
export const addresseeOf = async (
  ports: WarehouseOrderPorts,
  release: WarehouseRelease,
): Promise<Partner | undefined> => {
  const { bu, node, releaseId } = release;
  if (warehousePartners(ports.catalog.current(), bu).length === 0) return undefined;
  await ports.catalog.waitFor((await plannedAt(ports, release)).position);
  const begun = await begunFor(ports, bu, releaseDocumentId(releaseId));
  const name = begun ?? warehouseOfNode(ports.catalog.current(), bu, node)?.partner;
  return name === undefined ? undefined : activePartner(ports, bu, name);
};

/** Throws `Unsayable`, `LogUnavailable`. */
export const releaseByEdi = async (ports: WarehouseOrderPorts, partner: Partner, release: WarehouseRelease) => {
  const lines = release.lines.flatMap((line) =>
    goodsOf(line, qty(line.qty)).map(({ item, qty: amount }) => ({ lineId: line.lineId, item, qty: qtyText(amount) })),
  );
  const { controlNumber } = await makeShippingOrder(ports, partner, {
    ...{ documentId: releaseDocumentId(release.releaseId), shipment: release },
    told: { purpose: 'NEW', orderNumber: null, lines: oncePerItem(lines) },
  });
  return { kind: 'accepted', warehouseReference: `${partner.partner} 940 ${controlNumber}` } as const;
};
