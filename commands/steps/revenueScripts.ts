import { streamName } from '../../domain/eventLog.ts';
import type { InvoiceLine } from '../../domain/invoice/events.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { ulidOfUuid } from '../../domain/orderToCash/documentIds.ts';
import type { OfLoss } from '../../domain/orderToCash/lossSteps.ts';
import type { OfInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import type { ShipmentConfirmed } from '../../domain/shipment/events.ts';
import { unsettledLoss } from '../../domain/shipment/lossState.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import { businessDay } from '../businessDay.ts';
import { billedResolutions, billingOf } from '../calls/billedGoods.ts';
import { toDomain } from '../codec.ts';
import { shipmentStream } from './shipmentStream.ts';
import type { Run, StepScript } from './stepRun.ts';

type Invoice = Pick<OfInvoice, 'bu' | 'invoiceId'>;

const streamOf = ({ bu, invoiceId }: Invoice) => streamName('invoice', bu, invoiceId);

/** Goods of the invoice that were lost before they were earned: they never will be. */
const lostOn = ({ losses }: ShipmentState, invoiceId: string) =>
  losses
    .flatMap(({ settled }) => settled ?? [])
    .filter((each) => each.invoiceId === invoiceId && each.unearned)
    .map(({ shipmentLineId, billedQty: lost }) => ({ shipmentLineId, qty: lost }));

/** Goods that this confirmation billed are earned by what happened at `at`, an instant. */
export const recognise = async (run: Run, of: Invoice, at: string, shipment: ShipmentState): Promise<void> => {
  const day = businessDay(run, of.bu, at);
  const command = { type: 'RecogniseRevenue', day, lost: lostOn(shipment, of.invoiceId) } as const;
  await run.tell(invoiceDecider, streamOf(of), command, `${run.intentId}:earn:${of.invoiceId}`);
};

/**
 * What was drafted may be earned already: by having left, or because a confirmation that came late is of goods that have arrived.
 * A delivery that is not known here yet has a step of its own behind this one.
 */
export const recogniseDrafted = async (
  run: Run,
  of: Invoice,
  { revenuePolicy, shippedAt, bu, shipmentId }: ShipmentConfirmed['data'],
): Promise<void> => {
  if (revenuePolicy === undefined) return;
  const { state } = await run.load(shipmentDecider, shipmentStream({ bu, shipmentId }));
  if (revenuePolicy === 'ON_SHIPMENT') return recognise(run, of, shippedAt, state);
  const { deliveredAt } = state.carriage;
  if (deliveredAt !== null && !state.voided) await recognise(run, of, deliveredAt, state);
};

/**
 * In the order's lane, behind the drafts of everything that had left by then. Of a confirmation of which goods are lost it waits
 * until it is known which of them somebody bills.
 */
export const recogniseDelivered: StepScript<'recogniseDelivered'> = async (
  run,
  { bu, shipmentId, deliveredAt, deliveredPosition },
) => {
  const stream = shipmentStream({ bu, shipmentId });
  const { state } = await run.load(shipmentDecider, stream);
  if (state.voided) return;
  const billing = await billingOf(run, { stream });
  for (const { data, eventId, position } of billing.confirmations) {
    if (data.revenuePolicy !== 'ON_DELIVERY' || position >= deliveredPosition) continue;
    if (unsettledLoss(state, data.confirmationId) !== undefined) continue;
    const beyond = billedResolutions(billing).filter((each) => each.data.confirmationId === data.confirmationId);
    for (const source of [eventId, ...beyond.map((each) => each.eventId)])
      await recognise(run, { bu, invoiceId: ulidOfUuid(source) }, deliveredAt, state);
  }
};

/** What had arrived and waited for a loss. */
export const recogniseHeld = async (run: Run, { orderId, bu, shipmentId }: OfLoss): Promise<void> => {
  for await (const recorded of run.store.read(shipmentStream({ bu, shipmentId }))) {
    const event = toDomain(recorded);
    if (event.type !== 'ShipmentDelivered') continue;
    const { deliveredAt } = event.data;
    await recogniseDelivered(run, { orderId, bu, shipmentId, deliveredAt, deliveredPosition: event.position });
  }
};

/** The last recognition in the log, and when the invoice was voided. */
const history = async (run: Run, of: Invoice) => {
  let recognised: { readonly eventId: string; readonly position: string; readonly day: string } | undefined;
  let voidDate: string | undefined;
  for await (const recorded of run.store.read(streamOf(of))) {
    const event = toDomain(recorded);
    if (event.type === 'RevenueRecognised')
      recognised = { eventId: event.eventId, position: event.position, day: event.data.day };
    if (event.type === 'InvoiceVoided') voidDate = event.data.voidDate;
  }
  return { recognised, voidDate };
};

type Reason =
  | { readonly reason: 'INVOICE_VOIDED' | 'SHIPMENT_VOIDED' }
  | { readonly reason: 'GOODS_LOST'; readonly lines: readonly InvoiceLine[] };

const reverse = async (
  run: Run,
  of: Invoice,
  why: Reason,
  dayOf: (voidDate: string | undefined) => string,
): Promise<void> => {
  const { state } = await run.load(invoiceDecider, streamOf(of));
  if (state.recognised === null || (why.reason === 'INVOICE_VOIDED' && !state.recognised.invoiced)) return;
  const { recognised, voidDate } = await history(run, of);
  if (recognised === undefined) throw new Error(`revenue of ${of.invoiceId} is recognised and never was`);
  const asked = dayOf(voidDate);
  // Never before what it takes back.
  const day = asked < recognised.day ? recognised.day : asked;
  const known = { day, recognisedEventId: recognised.eventId, recognisedPosition: recognised.position };
  const command = { type: 'ReverseRevenue', ...known, ...why } as const;
  await run.tell(invoiceDecider, streamOf(of), command, `${run.intentId}:unearn:${of.invoiceId}`);
};

/** The goods have arrived and nobody bills them now: they are earned and receivable, and no revenue waits any more. */
export const keepEarned = (run: Run, of: Invoice): Promise<void> =>
  reverse(run, of, { reason: 'INVOICE_VOIDED' }, (voidDate) => voidDate ?? businessDay(run, of.bu, run.clock()));

/** The goods never left: nothing was earned. */
export const takeRevenueBack = (run: Run, of: Invoice, day: string): Promise<void> =>
  reverse(run, of, { reason: 'SHIPMENT_VOIDED' }, () => day);

/** Goods were lost that nobody bills: `lines` alone stay earned. */
export const unearnLost = (run: Run, of: Invoice, lines: readonly InvoiceLine[]): Promise<void> =>
  reverse(run, of, { reason: 'GOODS_LOST', lines }, () => businessDay(run, of.bu, run.clock()));
