import { z } from 'zod';
import { stockStatuses } from '../../domain/stock/events.ts';
import { transferStatuses } from '../../domain/transfer/state.ts';
import { listOf, receipt } from './answers.ts';
import { anyQty, code, day, instant, paging, positiveQty, qty, reference, shortText, ulid } from './fields.ts';

const linesMax = 200;

const moved = {
  item: code,
  qty: positiveQty,
  uom: code.exactOptional().meta({ description: 'Absent: base units of the item.' }),
};
const movedLines = z.array(z.strictObject(moved)).min(1).max(linesMax);

export const transferParams = z.strictObject({ transferId: ulid });

export const transferBody = z
  .strictObject({
    bu: code,
    reference: reference.meta({
      description: 'The number that the ERP, or whoever orders it, gives it: once for ever in a business unit.',
    }),
    from: code,
    to: code,
    toBu: code.exactOptional().meta({
      description:
        'The business unit of `to`, where it is said. Another one than `bu` is refused: TRANSFER_BETWEEN_UNITS.',
    }),
    expectedOn: day.meta({ description: 'The day from which on the goods may be promised at `to`.' }),
    lines: movedLines.meta({ description: 'Each item once.' }),
  })
  .meta({ id: 'TransferOrder' });

export const transferShipmentBody = z
  .strictObject({
    shippingId: reference.meta({ description: 'What the sender calls it: once for ever in a transfer.' }),
    shippedAt: instant,
    complete: z.boolean().exactOptional().meta({ description: 'Nothing more of the transfer will leave.' }),
    expectedOn: day.exactOptional().meta({ description: 'Absent: as it was.' }),
    lines: movedLines,
  })
  .meta({ id: 'TransferShipment', description: 'A fact: a part, the rest, more, or other items than were ordered.' });

export const transferReceiptBody = z
  .strictObject({
    receiptId: reference.meta({ description: 'What the receiver calls it: once for ever in a transfer.' }),
    receivedAt: instant,
    complete: z
      .boolean()
      .exactOptional()
      .meta({ description: 'Nothing more of what left will come: what differs then is an exception.' }),
    lines: z
      .array(
        z.strictObject({
          ...moved,
          status: z.enum(stockStatuses).exactOptional().meta({ description: 'SELLABLE where it is not said.' }),
        }),
      )
      .min(1)
      .max(linesMax),
  })
  .meta({ id: 'TransferReceipt', description: 'A fact, also before the goods were told to have left.' });

export const transferRescheduleBody = z.strictObject({ expectedOn: day }).meta({ id: 'TransferReschedule' });

export const transferClosureBody = z.strictObject({ reason: shortText }).meta({ id: 'TransferClosure' });

export const transferAnswer = z.object({ transferId: z.string(), receipt }).meta({ id: 'TransferRecorded' });

const state = z.enum(transferStatuses);

const line = z
  .object({
    item: z.string(),
    ...{ ordered: qty, shipped: qty, received: qty },
    open: anyQty.meta({ description: 'Left and did not come; below zero: came, and is not known to have left.' }),
    writtenOff: anyQty.meta({ description: 'Of that what was closed as lost; below zero: as found.' }),
  })
  .meta({ id: 'TransferLine', description: 'Base units: shipped − received = open + writtenOff.' });

export const transfer = z
  .object({
    transferId: z.string(),
    ...{ bu: z.string(), reference: z.string(), from: z.string(), to: z.string(), expectedOn: z.string() },
    ...{ orderedBy: z.string(), orderedAt: z.string() },
    state: state.meta({
      description:
        'DIFFERENCE: what left and what came are not the same, and the transfer is closed or the receiver has all that comes.',
    }),
    lines: z.array(line),
    shipments: z.array(z.object({ shippingId: z.string(), shippedAt: z.string(), complete: z.boolean() })),
    receipts: z.array(z.object({ receiptId: z.string(), receivedAt: z.string(), complete: z.boolean() })),
    ...{ closedAt: z.string().nullable(), closedBy: z.string().nullable(), closingReason: z.string().nullable() },
    ...{ revision: z.int(), position: z.string(), updatedAt: z.string() },
  })
  .meta({ id: 'Transfer' });

export const transferList = listOf(transfer);

export const transferQuery = z.strictObject({
  bu: code.exactOptional(),
  from: code.exactOptional(),
  to: code.exactOptional(),
  state: state.exactOptional(),
  reference: reference.exactOptional(),
  ...paging,
});
