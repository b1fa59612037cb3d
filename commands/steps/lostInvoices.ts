import { streamName } from '../../domain/eventLog.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { minorText } from '../../domain/money.ts';
import { ulidOfUuid } from '../../domain/orderToCash/documentIds.ts';
import type { OfLoss } from '../../domain/orderToCash/lossSteps.ts';
import { maxQty, minQty, qty, qtyText } from '../../domain/quantity.ts';
import type { ShipmentConfirmed } from '../../domain/shipment/events.ts';
import type { LossCommand } from '../../domain/shipment/lossCommands.ts';
import { costsWithin, costWithin, type LossPart } from '../../domain/shipment/lossSettlement.ts';
import { businessDay } from '../businessDay.ts';
import { billedResolutions, billingOf } from '../calls/billedGoods.ts';
import { withholdNumber } from './issueInvoice.ts';
import { unearnLost } from './revenueScripts.ts';
import { shipmentStream } from './shipmentStream.ts';
import { draftFor } from './shippedScripts.ts';
import { type Run, StepRefused } from './stepRun.ts';

type Draft = NonNullable<InvoiceState['draft']>;
type Billed = Extract<LossCommand, { readonly type: 'SettleLoss' }>['billed'][number];

/** An invoice of a confirmation of which goods are lost. `parts`: of them what it bills, or is about to. */
export type LostInvoice = {
  readonly invoiceId: string;
  readonly confirmation: ShipmentConfirmed['data'];
  readonly parts: readonly LossPart[];
};

const streamOf = ({ bu }: OfLoss, { invoiceId }: Pick<LostInvoice, 'invoiceId'>) =>
  streamName('invoice', bu, invoiceId);

/** What was ordered is on the invoice of its confirmation, what is beyond that on one of its own, where somebody decided so. */
export const lostInvoices = async (
  run: Run,
  of: OfLoss,
  confirmationIds: readonly string[],
  parts: readonly LossPart[] = [],
): Promise<readonly LostInvoice[]> => {
  const billing = await billingOf(run, { stream: shipmentStream(of) });
  return billing.confirmations.flatMap(({ data, eventId }): readonly LostInvoice[] => {
    const { confirmationId } = data;
    if (!confirmationIds.includes(confirmationId)) return [];
    const ofThis = parts.filter(({ line }) => line.confirmationId === confirmationId);
    const ordered = ofThis.filter(({ kind }) => kind.beyond === undefined);
    const more = billedResolutions(billing).filter((each) => each.data.confirmationId === confirmationId);
    return [
      { invoiceId: ulidOfUuid(eventId), confirmation: data, parts: ordered },
      ...more.map((each) => ({
        invoiceId: ulidOfUuid(each.eventId),
        confirmation: data,
        parts: ofThis.filter(({ kind, line }) => kind.beyond !== undefined && line.lineId === each.data.lineId),
      })),
    ];
  });
};

/** What the draft still bills: of each line the goods that are there, from its lowest part on, at what they cost (R6). */
const remaining = ({ lines }: Draft, parts: readonly LossPart[]): Draft['lines'] => {
  const used = new Map<string, bigint>();
  return lines.flatMap((line) => {
    const { shipmentLineId, costs } = line;
    const part = parts.find((each) => each.line.shipmentLineId === shipmentLineId);
    if (part === undefined) return [line];
    const before = used.get(shipmentLineId) ?? 0n;
    const size = minQty(qty(line.qty), part.rest - before);
    if (size <= 0n) return [];
    used.set(shipmentLineId, before + size);
    const shares = costsWithin(part, before, size);
    const byComponent = costs?.map((each, index) => ({ ...each, cost: minorText(shares[index] ?? 0n) }));
    const less = { ...line, qty: qtyText(size), cost: minorText(costWithin(part, before, size)) };
    return [byComponent === undefined ? less : { ...less, costs: byComponent }];
  });
};

/** The draft of these lines, at the prices of their order; null: nothing is left to bill. */
const draftOfRest = async (
  run: Run,
  of: OfLoss,
  { invoiceId, confirmation }: LostInvoice,
  draft: Draft,
  lines: Draft['lines'],
) => {
  if (lines.length === 0) return null;
  const planned = lines.map(({ orderLineId: lineId, item, fromQty, qty: size, cost, shipmentLineId }) => ({
    ...{ lineId, item, fromQty, qty: size, cost, shipmentLineId },
  }));
  const rest = await draftFor(run, of, confirmation, {
    ...{ invoiceId, withCharges: draft.charges.length > 0, lines: planned },
  });
  if ('refused' in rest) throw new StepRefused(rest, streamOf(of, { invoiceId }));
  const costOf = (index: number) => {
    const { cost = '0', costs } = lines[index] ?? {};
    return costs === undefined ? { cost } : { cost, costs };
  };
  return { ...rest, lines: rest.lines.map((line, index) => ({ ...line, ...costOf(index) })) };
};

const sizeOf = (all: readonly { readonly qty: string }[]): bigint => all.reduce((sum, each) => sum + qty(each.qty), 0n);

const withdraw = async (run: Run, of: OfLoss, { invoiceId }: LostInvoice): Promise<boolean> => {
  const { shipmentId } = of;
  await withholdNumber(run, { ...of, invoiceId });
  const voidDate = businessDay(run, of.bu, run.clock());
  const command = { type: 'WithdrawDraft', reason: 'GOODS_LOST', shipmentId, voidDate } as const;
  const id = `${run.intentId}:withdraw:${invoiceId}`;
  return (await run.ask(invoiceDecider, streamOf(of, { invoiceId }), command, id)).kind !== 'refused';
};

/** False: it was issued in this moment. */
const reduce = async (run: Run, of: OfLoss, { invoiceId }: LostInvoice, draft: Draft): Promise<boolean> => {
  const { shipmentId, lossId } = of;
  const stream = streamOf(of, { invoiceId });
  const command = { type: 'ReduceDraft', shipmentId, lossId, draft } as const;
  const answer = await run.ask(invoiceDecider, stream, command, `${run.intentId}:reduce:${invoiceId}`);
  if (answer.kind !== 'refused') return true;
  if (answer.state.issued === null) throw new StepRefused(answer.refusal, stream);
  return false;
};

/**
 * Keeps the invoice from billing lost goods. Whether it was issued before is decided in its own stream: a refusal means that
 * it was, and then what it bills is credited. What was earned of lost goods without a bill is taken back, also where the invoice
 * was voided and the goods stayed earned. Run once more, nothing is left to be done.
 */
export const keepFromBilling = async (run: Run, of: OfLoss, invoice: LostInvoice): Promise<void> => {
  const { state } = await run.load(invoiceDecider, streamOf(of, invoice));
  const { draft, issued, voided, recognised } = state;
  if (draft === null || invoice.parts.length === 0 || (issued !== null && !voided)) return;
  const lines = remaining(draft, invoice.parts);
  const rest = await draftOfRest(run, of, invoice, draft, lines);
  if (!voided) {
    const isLess = sizeOf(lines) < sizeOf(draft.lines);
    const isKept = rest === null ? await withdraw(run, of, invoice) : !isLess || (await reduce(run, of, invoice, rest));
    if (!isKept) return;
  }
  if (recognised !== null) await unearnLost(run, { bu: of.bu, invoiceId: invoice.invoiceId }, rest?.lines ?? []);
};

/** Of each lost part how much stands on the issued invoice: what it bills beyond the goods that are there. */
export const billedOn = async (run: Run, of: OfLoss, { invoiceId, parts }: LostInvoice): Promise<readonly Billed[]> => {
  const { state } = await run.load(invoiceDecider, streamOf(of, { invoiceId }));
  const { issued, voided, recognised } = state;
  if (issued === null || voided) return [];
  const unearned = issued.revenuePolicy === 'ON_DELIVERY' && recognised === null;
  return parts.flatMap(({ line, kind, amount, before, rest }) => {
    const { shipmentLineId, confirmationId } = line;
    const standing = sizeOf(issued.lines.filter((each) => each.shipmentLineId === shipmentLineId)) - before.billed;
    const size = minQty(amount, maxQty(0n, standing - rest));
    if (size === 0n) return [];
    const beyond = kind.beyond !== undefined;
    return [{ shipmentLineId, confirmationId, beyond, qty: qtyText(size), invoiceId, unearned }];
  });
};
