import { streamName } from '../../domain/eventLog.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { ulidOfUuid } from '../../domain/orderToCash/documentIds.ts';
import type { OfInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import type { ShipmentConfirmed } from '../../domain/shipment/events.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { businessDay } from '../businessDay.ts';
import { billedResolutions, billingOf } from '../calls/billedGoods.ts';
import { toDomain } from '../codec.ts';
import { shipmentStream } from './shipmentStream.ts';
import type { Run, StepScript } from './stepRun.ts';

type Invoice = Pick<OfInvoice, 'bu' | 'invoiceId'>;

const streamOf = ({ bu, invoiceId }: Invoice) => streamName('invoice', bu, invoiceId);

/** Goods that this confirmation billed are earned by what happened at `at`, an instant. */
export const recognise = async (run: Run, of: Invoice, at: string): Promise<void> => {
  const command = { type: 'RecogniseRevenue', day: businessDay(run, of.bu, at) } as const;
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
  if (revenuePolicy === 'ON_SHIPMENT') await recognise(run, of, shippedAt);
  if (revenuePolicy !== 'ON_DELIVERY') return;
  const { state } = await run.load(shipmentDecider, shipmentStream({ bu, shipmentId }));
  const { deliveredAt } = state.carriage;
  if (deliveredAt !== null && !state.voided) await recognise(run, of, deliveredAt);
};

/** In the order's lane, behind the drafts of everything that had left by then. */
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
    const beyond = billedResolutions(billing).filter((each) => each.data.confirmationId === data.confirmationId);
    for (const source of [eventId, ...beyond.map((each) => each.eventId)])
      await recognise(run, { bu, invoiceId: ulidOfUuid(source) }, deliveredAt);
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

const reverse = async (
  run: Run,
  of: Invoice,
  reason: 'INVOICE_VOIDED' | 'SHIPMENT_VOIDED',
  dayOf: (voidDate: string | undefined) => string,
): Promise<void> => {
  const { state } = await run.load(invoiceDecider, streamOf(of));
  if (state.recognised === null || (reason === 'INVOICE_VOIDED' && !state.recognised.invoiced)) return;
  const { recognised, voidDate } = await history(run, of);
  if (recognised === undefined) throw new Error(`revenue of ${of.invoiceId} is recognised and never was`);
  const asked = dayOf(voidDate);
  // Never before what it takes back.
  const day = asked < recognised.day ? recognised.day : asked;
  const why = { reason, day, recognisedEventId: recognised.eventId, recognisedPosition: recognised.position };
  await run.tell(
    invoiceDecider,
    streamOf(of),
    { type: 'ReverseRevenue', ...why },
    `${run.intentId}:unearn:${of.invoiceId}`,
  );
};

/** The goods have arrived and nobody bills them now: they are earned and receivable, and no revenue waits any more. */
export const keepEarned = (run: Run, of: Invoice): Promise<void> =>
  reverse(run, of, 'INVOICE_VOIDED', (voidDate) => voidDate ?? businessDay(run, of.bu, run.clock()));

/** The goods never left: nothing was earned. */
export const takeRevenueBack = (run: Run, of: Invoice, day: string): Promise<void> =>
  reverse(run, of, 'SHIPMENT_VOIDED', () => day);
