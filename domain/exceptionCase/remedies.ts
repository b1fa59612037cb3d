import type { CaseClass } from './classes.ts';
import type { CaseObject } from './events.ts';

/**
 * A request that ends a case, or lets go on what does. `path` is that of the interface; what the case knows of it is filled in,
 * and the rest stays in braces.
 */
export type CaseRemedy = { readonly does: string; readonly method: 'POST' | 'PUT'; readonly path: string };

type Ways = { readonly title: string; readonly remedies: readonly (readonly [does: string, request: string])[] };

const cancel = ['Cancel what nobody can deliver', 'POST /v1/orders/{orderId}/cancellations'] as const;
const confirm = ['Record what left', 'POST /v1/shipments/{shipmentId}/confirmations'] as const;
const replay = ['Let a lane go on that was mended', 'POST /v1/ops/replays'] as const;
const resume = ['Resume a partner that was paused', 'POST /v1/ops/adapters/{name}/resumptions'] as const;
const resend = ['Send the document again', 'POST /v1/partner-documents/{documentId}/resends'] as const;
const restage = ['Stage the journals again once that is cured', 'POST /v1/gl-journals/restagings'] as const;
const seal = ['Seal them into a batch', 'POST /v1/gl-batches'] as const;

/** By class what it is called, as on its page in `docs/runbooks`, and what people can do about it over the interface. */
export const caseWays: Readonly<Record<CaseClass, Ways>> = {
  ORDER_HELD: {
    title: 'An order is held, or nobody has decided about it',
    remedies: [['Release a hold', 'POST /v1/orders/{orderId}/hold-releases'], cancel],
  },
  ALLOCATION_STUCK: {
    title: 'An accepted order has lines without goods or a place in a queue',
    remedies: [replay, ['Resume a lane that was paused', 'POST /v1/ops/lanes/{key}/resumptions'], cancel],
  },
  WAREHOUSE_SILENT: {
    title: 'A warehouse has not answered a release',
    remedies: [resume, replay, confirm, cancel],
  },
  CONFIRMATION_LATE: {
    title: 'Goods that were promised for a day are not confirmed',
    remedies: [confirm, ['Record what is short', 'POST /v1/shipments/{shipmentId}/shortages']],
  },
  STOP_UNANSWERED: {
    title: 'A warehouse has not said whether it stops goods',
    remedies: [
      confirm,
      ['Send the cancellation again', 'POST /v1/partner-documents/{documentId}/resends'],
      ['Say that the partner takes none', 'PUT /v1/partners/{bu}/{partner}'],
    ],
  },
  LOSS_OPEN: {
    title: 'Goods are lost or damaged, and nobody has decided what becomes of them',
    remedies: [
      ['Decide what becomes of them', 'POST /v1/shipments/{shipmentId}/losses/{lossId}/decisions'],
      ['Say that they have been found', 'POST /v1/shipments/{shipmentId}/losses/{lossId}/findings'],
      ['Record what was in a parcel that is lost', 'POST /v1/shipments/{shipmentId}/losses'],
    ],
  },
  OVERSHIPMENT_OPEN: {
    title: 'Goods left that nobody ordered',
    remedies: [['Bill them, or give them away', 'POST /v1/shipments/{shipmentId}/overshipment-resolutions']],
  },
  INVOICE_WAITING: {
    title: 'A shipment is confirmed and not invoiced',
    remedies: [
      ['Publish the tax code that is missing', 'PUT /v1/policies/{bu}/tax-codes'],
      replay,
      ['Void the shipment, and its draft with it', 'POST /v1/shipments/{shipmentId}/voids'],
    ],
  },
  TAX_MISMATCH: {
    title: 'The tax engine holds another tax than the books',
    remedies: [
      ['Accept the difference', 'POST /v1/invoices/{invoiceId}/tax-acceptances'],
      ['Ask the engine again, once it was put right there', 'POST /v1/invoices/{invoiceId}/tax-checks'],
      ['Void the invoice', 'POST /v1/invoices/{invoiceId}/voids'],
    ],
  },
  JOURNALS_UNSEALED: { title: 'Journals wait to be sealed', remedies: [seal] },
  BATCH_UNACKNOWLEDGED: { title: 'The ERP has not acknowledged a batch', remedies: [resume, replay] },
  JOURNALS_UNMAPPED: {
    title: 'A role has no account',
    remedies: [['Publish an account for the role', 'PUT /v1/policies/{bu}/accounts'], restage],
  },
  JOURNALS_HELD: {
    title: 'Journals wait for rules, a rate or a period',
    remedies: [
      ['Publish posting rules', 'PUT /v1/policies/{bu}/posting'],
      ['Open the period', 'POST /v1/accounting-periods'],
      restage,
    ],
  },
  JOURNALS_REJECTED: {
    title: 'The ERP has refused journals',
    remedies: [seal, ['Reverse a journal that is wrong', 'POST /v1/gl-journals/{journalId}/reversals']],
  },
  DOCUMENT_UNACKNOWLEDGED: { title: 'A partner has not acknowledged a document', remedies: [resend] },
  DOCUMENT_REJECTED: { title: 'A partner has rejected a document', remedies: [resend] },
  DEAD_LETTER: {
    title: 'Something cannot go on',
    remedies: [replay, ['Give up what can never be taken', 'POST /v1/ops/discards']],
  },
  FEED_STALE: {
    title: 'A warehouse sends no stock messages',
    remedies: [
      ['Hand in what is there', 'POST /v1/stock-snapshots'],
      ['Close the node, or take it off the feed', 'PUT /v1/nodes/{bu}/{node}'],
    ],
  },
  SUPPLY_LATE: {
    title: 'A supply has not come',
    remedies: [
      ['Put it off', 'POST /v1/supplies/{supplyId}/reschedules'],
      ['Cancel it', 'POST /v1/supplies/{supplyId}/cancellations'],
      ['Record that it came', 'POST /v1/supplies/{supplyId}/receipts'],
    ],
  },
  TRANSFER_DIFFERENCE: {
    title: 'Not all goods of a transfer came',
    remedies: [
      ['Record what came after all', 'POST /v1/transfers/{transferId}/receipts'],
      ['Record what left and was not told', 'POST /v1/transfers/{transferId}/shipments'],
      ['Write off what is not found', 'POST /v1/transfers/{transferId}/closures'],
    ],
  },
  RECONCILIATION_BREAK: {
    title: 'A partner and we say different things',
    remedies: [['Compare again, once one side was corrected', 'POST /v1/ops/reconciliations']],
  },
  READ_MODEL_LATE: {
    title: 'A read model is behind',
    remedies: [replay, ['Make it anew', 'POST /v1/ops/projections/{projection}/rebuilds']],
  },
};

/** For every class: one that nothing is to be done about is not opened again while it lasts. */
const resolve = [
  'Say what became of it, or that it is accepted',
  'POST /v1/ops/exceptions/{caseId}/resolutions',
] as const;

/** By kind of object the place of its id in paths, and where it is looked at. */
export const caseObjects: Readonly<Record<string, { readonly param?: string; readonly href: string }>> = {
  order: { param: 'orderId', href: '/v1/orders/{orderId}' },
  shipment: { param: 'shipmentId', href: '/v1/shipments/{shipmentId}' },
  invoice: { param: 'invoiceId', href: '/v1/invoices/{invoiceId}' },
  'credit-memo': { param: 'creditMemoId', href: '/v1/credit-memos/{creditMemoId}' },
  'accounting-period': { param: 'periodId', href: '/v1/accounting-periods/{periodId}' },
  'gl-batch': { param: 'batchId', href: '/v1/gl-batches/{batchId}' },
  'account-role': { href: '/v1/gl-journals' },
  'journal-problem': { href: '/v1/gl-journals' },
  'erp-refusal': { href: '/v1/gl-journals' },
  'partner-document': { param: 'documentId', href: '/v1/partner-documents/{documentId}' },
  'dead-letter': { param: 'deadLetterId', href: '/v1/ops/dead-letters/{deadLetterId}' },
  node: { param: 'node', href: '/v1/inventory-positions' },
  supply: { param: 'supplyId', href: '/v1/supplies/{supplyId}' },
  transfer: { param: 'transferId', href: '/v1/transfers/{transferId}' },
  reconciliation: { href: '/v1/ops/reconciliation-breaks' },
  'read-model': { param: 'projection', href: '/v1/ops/projections' },
};

export type KnownCase = {
  readonly caseId: string;
  readonly class: CaseClass;
  readonly bu: string;
  readonly object: CaseObject;
  readonly orderId: string | null;
  readonly node: string | null;
};

const filled = (path: string, known: ReadonlyMap<string, string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = known.get(name);
    return value === undefined ? placeholder : encodeURIComponent(value);
  });

/** A supply is named with its node and item, and asked for by its own id, which may hold anything. */
const idIn = ({ kind, id }: CaseObject): string => (kind === 'supply' ? id.split('/').slice(2).join('/') : id);

/** What a case is called, where it is looked at, and what can be done about it. */
export const waysOut = (
  one: KnownCase,
): { readonly title: string; readonly href: string | null; readonly remedies: readonly CaseRemedy[] } => {
  const { caseId, bu, object, orderId, node } = one;
  const place = Object.hasOwn(caseObjects, object.kind) ? caseObjects[object.kind] : undefined;
  const named = [
    ['caseId', caseId],
    ['bu', bu],
    ['orderId', orderId],
    ['node', node],
  ] as const;
  const known = new Map<string, string>(
    named.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
  if (place?.param !== undefined) known.set(place.param, idIn(object));
  const { title, remedies } = caseWays[one.class];
  return {
    title,
    href: place === undefined ? null : filled(place.href, known),
    remedies: [...remedies, resolve].map(([does, request]) => {
      const [method, path = ''] = request.split(' ');
      return { does, method: method === 'PUT' ? 'PUT' : 'POST', path: filled(path, known) };
    }),
  };
};
