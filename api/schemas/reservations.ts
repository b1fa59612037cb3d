import { z } from 'zod';
import { releaseReasons, reservedLinesMax } from '../../domain/reservation/reservation.ts';
import { listOf, receipt } from './answers.ts';
import { code, day, lineId, paging, positiveQty, qty, ulid } from './fields.ts';
import { withoutRepeats } from './orders.ts';

const kind = z.enum(['CART', 'QUOTE']);

/** No kind is kept longer; what is too long for its kind is told apart. */
const minutes = z.int().min(1).max(43_200);

const reservationLine = z.strictObject({
  lineId,
  item: code,
  qty: positiveQty,
  uom: code,
  node: code.exactOptional().meta({ description: 'Only from there; absent: from where an order would be sourced.' }),
});

export const reservationBody = z
  .strictObject({
    bu: code,
    channel: code,
    soldTo: code,
    kind: kind.meta({ description: 'CART: 15 minutes, 120 at most. QUOTE: 3 days, 30 at most.' }),
    requestedDate: day.exactOptional().meta({ description: 'When the goods are needed; absent: today.' }),
    minutes: minutes.exactOptional().meta({ description: 'How long; absent: as is usual for the kind.' }),
    allowPartial: z
      .boolean()
      .default(false)
      .meta({ description: 'true: whatever can be had is reserved; false: every line in full, or nothing.' }),
    allowSplit: z.boolean().default(true).meta({ description: 'Whether a line may come from several nodes.' }),
    lines: z.array(reservationLine).min(1).max(reservedLinesMax).superRefine(withoutRepeats),
  })
  .meta({ id: 'Reserve' });

export const extensionBody = z
  .strictObject({ minutes: minutes.meta({ description: 'From now on. It never becomes shorter.' }) })
  .meta({ id: 'ExtendReservation' });

export const releaseBody = z
  .strictObject({
    reason: z.enum(releaseReasons),
    lineIds: z.array(lineId).min(1).max(reservedLinesMax).exactOptional().meta({ description: 'Absent: all lines.' }),
  })
  .meta({ id: 'ReleaseReservation' });

export const reservationParams = z.strictObject({ reservationId: ulid });

const state = z.enum(['OPEN', 'EXPIRED', 'RELEASED', 'ORDERED']);

const fullQtyDate = z.string().nullable().meta({
  description:
    'When what could not be reserved can be had, as known then; null: nothing covers it, or nothing is missing.',
});

const asked = { lineId: z.string(), item: z.string(), qty, baseUom: z.string(), fullQtyDate };

export const reservationMade = z
  .object({
    reservationId: z.string(),
    bu: z.string(),
    channel: z.string(),
    soldTo: z.string(),
    kind,
    requestedDate: z.string(),
    expiresAt: z.string(),
    complete: z.boolean().meta({ description: 'Every line is reserved in full.' }),
    lines: z.array(z.object({ ...asked, held: qty, parts: z.array(z.object({ node: z.string(), qty })) })),
    receipt,
  })
  .meta({ id: 'ReservationMade' });

const left = z.array(z.object({ lineId: z.string(), item: z.string(), qty }));

export const reservationExtended = z
  .object({ reservationId: z.string(), expiresAt: z.string(), lines: left, receipt })
  .meta({ id: 'ReservationExtended', description: '`lines`: what each still holds.' });

export const reservationReleased = z
  .object({ reservationId: z.string(), lines: left, receipt })
  .meta({ id: 'ReservationReleased', description: '`lines`: what was freed of each; "0" when nothing was left.' });

const part = z.object({
  node: z.string(),
  qty,
  held: qty,
  ordered: qty.meta({ description: 'What orders took over.' }),
  orderIds: z.array(z.string()),
  state,
  expiresAt: z.string(),
});

export const reservationView = z
  .object({
    reservationId: z.string(),
    bu: z.string(),
    channel: z.string(),
    soldTo: z.string(),
    kind,
    state: state.meta({
      description:
        'OPEN while a part holds something; then ORDERED when an order has any of it, else what became of the last part.',
    }),
    requestedDate: z.string(),
    expiresAt: z.string(),
    madeAt: z.string(),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
    lines: z.array(z.object({ ...asked, held: qty, parts: z.array(part) })),
  })
  .meta({ id: 'Reservation' });

export const reservationList = listOf(reservationView);

export const reservationQuery = z.strictObject({
  bu: code.exactOptional(),
  soldTo: code.exactOptional(),
  channel: code.exactOptional(),
  kind: kind.exactOptional(),
  state: state.exactOptional(),
  ...paging,
});
