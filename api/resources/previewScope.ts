import type { LanePreview, PreviewedDecision, PreviewedRow } from '../../commands/ports/replay.ts';
import { mayDo, type Operation } from '../permissions.ts';
import { inScope, type Principal } from '../principal.ts';

/** Which duty it takes to see the rows of a projection; one without an entry takes no more than to see dead letters. */
const readersOf: Readonly<Record<string, Operation>> = {
  orders: 'readOrder',
  timeline: 'readOrderTimeline',
  inventory: 'listInventoryPositions',
  shipments: 'readShipment',
  invoices: 'readInvoice',
  payments: 'readPayment',
  credit: 'readCreditAccount',
  gl_staging: 'readGlJournal',
  shadow_ledgers: 'readShadowLedger',
  subledgers: 'readTieOuts',
  lineage: 'readLineage',
  event_index: 'listAuditEvents',
  event_stream: 'readEventStream',
};

/** Which duty it takes to see the data of an event, by the category of its stream. */
const categoryReaders: Readonly<Record<string, Operation>> = {
  order: 'readOrder',
  allocation: 'readOrder',
  pm: 'readOrder',
  stock: 'listInventoryPositions',
  shipment: 'readShipment',
  invoice: 'readInvoice',
  numbering: 'readInvoice',
  credit: 'readCreditAccount',
  glbatch: 'readGlBatch',
  period: 'readGlBatch',
  promotion: 'readPromotion',
  shadow: 'readShadowLedger',
};

const may = (principal: Principal, operation: Operation | undefined): boolean =>
  operation === undefined || mayDo(operation, principal.roles);

export const maySeeEvent = (principal: Principal, stream: string, bu: string): boolean =>
  may(principal, categoryReaders[stream.slice(0, stream.indexOf('-'))]) && inScope(principal.businessUnits, bu);

/** `bu` null: the row belongs to no business unit. */
export const maySeeRow = (principal: Principal, consumer: string, bu: string | null | undefined): boolean =>
  may(principal, readersOf[consumer]) && (typeof bu !== 'string' || inScope(principal.businessUnits, bu));

const isVisible = (principal: Principal, consumer: string, { before, after }: PreviewedRow): boolean =>
  maySeeRow(principal, consumer, (after ?? before)?.bu);

const buOf = (data: unknown): string | undefined => {
  const bu = typeof data === 'object' && data !== null ? Reflect.get(data, 'bu') : undefined;
  return typeof bu === 'string' ? bu : undefined;
};

/** The business unit stands in the stream's name. */
const buOfStream = (stream: string): string => stream.slice(stream.indexOf('-') + 1).split('.')[0] ?? '';

const visibleDecision = (principal: Principal, decision: PreviewedDecision) => ({
  ...decision,
  events: decision.events.map(({ stream, type, data }) => {
    const hidden = !maySeeEvent(principal, stream, buOf(data) ?? buOfStream(stream));
    return { stream, type, data: hidden ? null : data, hidden };
  }),
});

/** That a row changes is told to whoever operates; what it says only to those who may read it elsewhere. */
export const visiblePreview = (principal: Principal, preview: LanePreview) => ({
  ...preview,
  rows: preview.rows.map((row) =>
    isVisible(principal, preview.consumer, row)
      ? { ...row, hidden: false }
      : { ...row, before: null, after: null, hidden: true },
  ),
  // What was previewed by an earlier version has none.
  decisions: (preview.decisions ?? []).map((decision) => visibleDecision(principal, decision)),
});
