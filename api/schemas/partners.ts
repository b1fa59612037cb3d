import { z } from 'zod';
import {
  acknowledgeWithinHoursMax,
  acknowledgeWithinHoursUsual,
  cancellationAnswers,
  cancellationForms,
  outboundSets,
  quantityChangesMeanings,
  stockAdviceLimits,
  stockAdviceNodesMax,
  stockAdviceUsual,
  stockReportScopes,
  warehouseNodesMax,
} from '../../domain/masterData/partnerEvents.ts';
import { crossReferenceEntriesMax } from '../../domain/masterData/partners.ts';
import { code, shortText } from './fields.ts';

const warehouse = z.strictObject({
  nodes: z.array(code).max(warehouseNodesMax).meta({
    description: 'Nodes that are theirs: each release of one goes out as a 940, and their 945 may tell of it.',
  }),
  cancellation: z
    .strictObject({
      form: z.enum(cancellationForms).meta({
        description:
          '`CANCEL`: a 940 that cancels (W05-01 F) the quantities it names. `CHANGE`: one that changes (W05-01 R) and names what each line comes to.',
      }),
      answeredBy: z.enum(cancellationAnswers).default('945').meta({
        description:
          '`945`: the shipping advice tells what did not leave. `997`: who accepts the cancellation ships nothing of it any more, who rejects it ships all.',
      }),
    })
    .nullable()
    .default(null)
    .meta({ description: 'How they are told to stop; null: they take no cancellation by EDI, so nothing is stopped.' }),
  stockReports: z.enum(stockReportScopes).exactOptional().meta({
    description:
      'What their 846 lists. `FULL`: all that a node has, so that what is not listed is not there. `PARTIAL`, or absent: as much as it tells.',
  }),
});

const party = z.strictObject({
  qualifier: z.string().min(2).max(2),
  id: z.string().trim().min(1).max(15),
  application: z.string().trim().min(2).max(15),
});

export const partnerBody = z
  .strictObject({
    soldTo: code.meta({ description: 'The customer that the partner speaks for; it stays the same for ever.' }),
    active: z.boolean().default(true),
    them: party.meta({
      description: 'As they call themselves: ISA qualifier and id, and their application code in GS.',
    }),
    us: party.meta({ description: 'As they call us.' }),
    usage: z.enum(['P', 'T']).default('P').meta({ description: 'ISA15 in both directions: production or test.' }),
    x12Version: z
      .string()
      .min(6)
      .max(12)
      .default('004010')
      .meta({ description: 'GS08 of what they are sent.', examples: ['004010VICS'] }),
    sends: z.array(z.enum(outboundSets)).max(outboundSets.length).default([]).meta({
      description:
        'What is made for them: order acknowledgements, answers to changes, ship notices, invoices, stock (`stockAdvice`).',
    }),
    acknowledges: z.boolean().default(true).meta({ description: 'They answer what they are sent with a 997.' }),
    acknowledgeWithinHours: z
      .int()
      .min(1)
      .max(acknowledgeWithinHoursMax)
      .default(acknowledgeWithinHoursUsual)
      .meta({ description: 'In hours: a document without its 997 after that becomes an exception.' }),
    stockAdvice: z
      .strictObject({
        everyMinutes: z
          .int()
          .min(stockAdviceLimits.everyMinutes[0])
          .max(stockAdviceLimits.everyMinutes[1])
          .default(stockAdviceUsual.everyMinutes)
          .meta({ description: 'All items that are in their cross-reference are told once in so many minutes.' }),
        changesAfterMinutes: z
          .int()
          .min(stockAdviceLimits.changesAfterMinutes[0])
          .max(stockAdviceLimits.changesAfterMinutes[1])
          .nullable()
          .default(stockAdviceUsual.changesAfterMinutes)
          .meta({
            description:
              'In between, what changed, at the earliest so many minutes after they were told last; null: never.',
          }),
        nodes: z
          .array(code)
          .max(stockAdviceNodesMax)
          .nullable()
          .default(null)
          .meta({ description: 'What they may see; null: every node that can supply from stock.' }),
      })
      .exactOptional()
      .meta({ description: 'When a partner that is sent 846 is told of stock. Absent: all once a day.' }),
    warehouse: warehouse.exactOptional().meta({
      description:
        'A third-party warehouse. Absent: none. `soldTo` is then the account that it has here: its documents are kept under that account, and its credentials are for it.',
    }),
    orders: z.strictObject({
      channel: code.default('edi'),
      shipTo: code
        .nullable()
        .default(null)
        .meta({ description: 'Where an 850 without a ship-to goes; null: rejected.' }),
      leadDays: z.int().min(0).max(365).nullable().default(null).meta({
        description:
          'Requested date of an 850 that names none, in days after the date of the purchase order; null: rejected.',
      }),
      pricesCount: z.boolean().default(true).meta({
        description: 'PO104 is what they expect to pay: an order at another price is held. False: it is not looked at.',
      }),
      quantityChanges: z.enum(quantityChangesMeanings).nullable().default(null).meta({
        description:
          'What POC03 of an 860 is where its code is QI or QD, which partners mean differently: what the line is to come to, or how much more or less; null: rejected. CA always is what the line is to come to.',
      }),
    }),
  })
  .meta({ id: 'Partner' });

export const crossReferenceBody = z
  .strictObject({
    entries: z.array(z.strictObject({ theirs: shortText, ours: code })).max(crossReferenceEntriesMax),
  })
  .meta({
    id: 'CrossReference',
    description:
      'What is not listed means itself; a charge that is not listed is not understood. `ours` is an item, a ship-to of the customer, a unit, or a charge.',
  });
