import { z } from 'zod';
import { caseClasses } from '../../domain/exceptionCase/classes.ts';
import { revenuePolicies } from '../../domain/ledger/revenuePolicy.ts';
import { contactsMax } from '../../domain/masterData/validateDefinition.ts';
import { radarHoursMax, usualRadar } from '../../domain/order/duplicates.ts';
import { answerSecondsMax, fraudRulesMax, paymentMethods } from '../../domain/order/fraudPolicy.ts';
import { returnReasons } from '../../domain/shipment/events.ts';
import { receipt } from './answers.ts';
import { crm } from './crm.ts';
import {
  account,
  code,
  coded,
  currency,
  day,
  localTime,
  money,
  percent,
  positiveQty,
  price,
  role,
  shortText,
} from './fields.ts';
import { overshipmentRules } from './overshipments.ts';
import { stockDialect } from './stockSnapshots.ts';
import { factor, substitutes } from './substitutes.ts';

export const itemBody = z
  .strictObject({
    description: shortText,
    group: code,
    baseUom: code,
    conversions: z
      .array(z.strictObject({ uom: code, num: factor, den: factor }))
      .max(50)
      .default([]),
    taxCode: code,
    kind: z.enum(['STOCK', 'KIT']).default('STOCK'),
    components: z
      .array(z.strictObject({ item: code, qty: positiveQty }))
      .max(100)
      .default([]),
    leadTimeDays: z.int().min(0).max(3_650).nullable().default(null),
    dropship: z.strictObject({ supplierNode: code, unitCost: price }).nullable().default(null),
    lotTracked: z.boolean().exactOptional().meta({ description: 'Whoever handles it tells the lots; absent: no.' }),
    serialTracked: z
      .boolean()
      .exactOptional()
      .meta({ description: 'Whoever handles it tells the serial number of each piece; absent: no.' }),
    catchWeight: z.boolean().exactOptional().meta({
      description:
        'Sold by what it weighs; absent: no. Such an item is kept and stocked, and not ordered: prices here are per base unit.',
    }),
    substitutes: substitutes
      .exactOptional()
      .meta({ description: 'What may be delivered in its place; absent: nothing. Never followed any further.' }),
    active: z.boolean().default(true),
  })
  .meta({ id: 'Item', description: '1 `uom` = num / den base units, exactly.' });

export const customerBody = z
  .strictObject({
    name: shortText,
    group: code,
    active: z.boolean().default(true),
    billTo: code,
    shipTos: z
      .array(
        z.strictObject({
          id: code,
          region: code,
          address: shortText.exactOptional().meta({ description: 'As it stands on a label, in one line.' }),
        }),
      )
      .min(1)
      .max(500),
    contacts: z
      .array(z.strictObject({ name: shortText, email: shortText.exactOptional(), phone: shortText.exactOptional() }))
      .min(1)
      .max(contactsMax)
      .exactOptional()
      .meta({ description: 'People there; absent: none are known.' }),
    taxCode: code,
    termsDays: z.int().min(0).max(3_650),
    repeatsOrders: z.boolean().exactOptional().meta({
      description:
        'It orders the same again through any channel and means it: none of its orders is held POSSIBLE_DUPLICATE; absent: no.',
    }),
    priceListId: code,
    contract: z
      .strictObject({
        contractId: code,
        discounts: z.array(z.strictObject({ itemGroup: code, ratePct: percent })).max(500),
        minimumNet: money.exactOptional().meta({
          description:
            'What the goods of an order come to at least, after discounts and without charges, in minor units of the currency of the price list; an order below it is held CONTRACT_TERMS. Absent: nothing.',
        }),
      })
      .nullable()
      .default(null),
  })
  .meta({ id: 'Customer' });

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

const timeZone = z
  .string()
  .max(60)
  .refine(isTimeZone, { error: () => coded('VALUE_INVALID', 'A time zone is an IANA name such as America/New_York.') });

const days = z.int().min(0).max(365);

export const nodeBody = z
  .strictObject({
    name: shortText,
    kind: z.enum(['DC', '3PL', 'SUPPLIER']),
    priority: z.int().min(0).max(10_000),
    region: code,
    timeZone,
    cutOff: localTime,
    workingDays: z.array(z.int().min(1).max(7)).min(1).max(7),
    handlingDays: days,
    transitDays: days,
    inboundDays: days,
    active: z.boolean().default(true),
    stockFeed: z
      .strictObject({ staleAfterSeconds: z.int().min(60).max(2_592_000) })
      .exactOptional()
      .meta({
        description:
          'The node is stale when it has told nothing of its stock for so long: its figures are marked, and an exception FEED_STALE is opened. Absent: a 3PL has the limit of its business unit (`slas`), 15 minutes unless it sets one; others are never stale.',
      }),
    stockDialect: stockDialect.exactOptional(),
  })
  .meta({ id: 'Node' });

export const priceListBody = z
  .strictObject({ currency, prices: z.array(z.strictObject({ item: code, unitPrice: price })).max(20_000) })
  .meta({ id: 'PriceList' });

const slaSeconds = z.int().min(0).max(2_592_000);

/** What one person may do alone: an amount of a business unit, above which a second one has to agree. */
const limitOfOne = (what: string) =>
  money.exactOptional().meta({
    description: `${what}, minor units of \`currency\`. Absent: nothing without a second person.`,
  });

export const businessUnitBody = z
  .strictObject({
    name: shortText,
    ledger: code,
    currency,
    timeZone,
    revenuePolicy: z.literal('ON_INVOICE').meta({
      description: 'Until posting rules are published, which say the policy in force.',
    }),
    erpGate: z.boolean(),
    costMethod: z.enum(['STANDARD', 'MOVING_AVERAGE']),
    creditMemoLimit: limitOfOne('What one person may credit of an invoice in all'),
    writeOffLimit: limitOfOne('What one person may write off of an invoice in all'),
    costCorrectionLimit: limitOfOne(
      'By how much one person may correct the cost of a receipt, or of the goods of a shipment, in all',
    ),
    taxDifferenceLimit: limitOfOne(
      'By how much of the tax engine’s differences, of an invoice in all, one person may accept them',
    ),
    giftLimit: limitOfOne('What goods beyond an order may have cost for one person to give them away'),
    overshipments: overshipmentRules.exactOptional(),
    dropShip: z.strictObject({ minMarginPct: percent }).exactOptional().meta({
      description: 'A supplier delivers to customers by itself at this margin or above; absent: at any.',
    }),
    fraudChecks: z
      .array(
        z.strictObject({
          channel: code.exactOptional(),
          payment: z.enum(paymentMethods).exactOptional(),
          whenUnanswered: z.enum(['HOLD', 'ACCEPT']).default('HOLD'),
          answerWithinSeconds: z.int().min(1).max(answerSecondsMax).default(60),
        }),
      )
      .max(fraudRulesMax)
      .exactOptional()
      .meta({
        description:
          'Orders of this channel that are paid in this way are checked for fraud before they are accepted; what a rule does not name may be anything, and the first one that fits decides. Without an answer within `answerWithinSeconds` the order is held for a person, or accepted and marked. Absent: nothing is checked.',
      }),
    duplicateRadar: z
      .strictObject({
        windowHours: z.int().min(0).max(radarHoursMax).default(usualRadar.windowHours),
        minScorePct: z.int().min(1).max(100).default(usualRadar.minScorePct),
      })
      .exactOptional()
      .meta({
        description:
          'Two orders of a customer for one ship-to and requested date that come in through different channels within `windowHours` may be one: the second to be accepted is held POSSIBLE_DUPLICATE, with its goods reserved, when they are alike to `minScorePct` per cent (the same lines 100; all lines of one among those of the other, or the same items in other quantities, less). 0 hours: none is. Absent: 24 and 75.',
      }),
    returns: z
      .strictObject({
        windowDays: z.int().min(1).max(3_650),
        validDays: z.int().min(1).max(3_650),
        restockingFee: z
          .strictObject({ ratePct: percent, reasons: z.array(z.enum(returnReasons)).min(1).max(returnReasons.length) })
          .exactOptional()
          .meta({
            description:
              'Kept back of the net price of what comes back for one of `reasons`; what is left to the customer costs no work. A return has the terms of the day on which it was authorised.',
          }),
      })
      .exactOptional()
      .meta({
        description:
          'Goods may be sent back for `windowDays` after they left, and a return that was authorised is expected for `validDays`; absent: 90 and 30.',
      }),
    crm: crm.exactOptional().meta({
      description:
        'What a CRM says of the customers of this business unit, and which quotes become its orders; absent: nothing.',
    }),
    slas: z
      .array(
        z.strictObject({
          class: z.enum(caseClasses),
          limitSeconds: slaSeconds,
          resolveSeconds: slaSeconds,
        }),
      )
      .max(caseClasses.length)
      .exactOptional()
      .meta({
        description:
          'Service levels that differ from the usual ones (GET /v1/ops/slas): a clock that runs for more than `limitSeconds` opens an exception, which is to be resolved within `resolveSeconds`.',
      }),
  })
  .meta({ id: 'BusinessUnit' });

const condition = z.string().min(1).max(60).exactOptional();

export const accountMapBody = z
  .strictObject({
    ledger: code,
    accounts: z
      .array(z.strictObject({ account, name: shortText, activeFrom: day, activeTo: day.nullable() }))
      .max(5_000),
    rules: z
      .array(
        z.strictObject({
          role,
          account,
          match: z.strictObject({
            itemGroup: condition,
            item: condition,
            customerGroup: condition,
            customer: condition,
            node: condition,
            channel: condition,
            taxJurisdiction: condition,
            reason: condition,
            currency: condition,
          }),
        }),
      )
      .max(5_000),
  })
  .meta({ id: 'AccountMap' });

export const postingRulesBody = z
  .strictObject({
    ledger: code,
    revenuePolicy: z.enum(revenuePolicies).meta({
      description:
        'When the revenue of what leaves from now on is recognised. What left before keeps the policy that it left under.',
    }),
    templates: z
      .array(z.string().regex(/^T\d{2}[A-Z]?$/))
      .min(1)
      .max(50),
  })
  .meta({ id: 'PostingRules' });

export const taxCodesBody = z
  .strictObject({
    items: z.array(z.strictObject({ taxCode: code, engineCode: code })).max(5_000),
    charges: z.array(z.strictObject({ charge: code, engineCode: code })).max(500),
  })
  .meta({ id: 'TaxCodes' });

export const definitionAnswer = z.object({ version: z.int().positive(), receipt }).meta({ id: 'Defined' });
