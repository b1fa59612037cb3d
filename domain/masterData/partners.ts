import { printable } from '../edi/printable.ts';
import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import { businessUnitOf, type Catalog, customerOf, itemOf, nodeOf } from './catalog.ts';
import { atMost, code, expectThat, type Parts, text, unique, wholeNumber } from './checks.ts';
import {
  acknowledgeWithinHoursMax,
  acknowledgeWithinHoursUsual,
  type CrossReferenceDefined,
  type CrossReferenceKind,
  type InterchangeParty,
  type OutboundSet,
  type PartnerDefined,
  type StockAdvicePlan,
  stockAdviceLimits,
  stockAdviceNodesMax,
} from './partnerEvents.ts';
import { buReference } from './references.ts';
import type { DefinitionOf, Violation } from './violation.ts';
import { warehouseReferences, warehouseViolations } from './warehousePartners.ts';

type Found = readonly Violation[];
export type Partner = PartnerDefined['data'];

/** As many as fit in one body; a partner that orders more items than this sends our numbers. */
export const crossReferenceEntriesMax = 10_000;

// Nothing that could be a delimiter of X12: these go out in the envelopes that are made for the partner.
const qualifierPattern = /^[A-Z0-9]{2}$/;
const interchangeIdPattern = /^[A-Z0-9](?:[A-Z0-9 .-]{0,13}[A-Z0-9])?$/;
const applicationPattern = /^[A-Z0-9](?:[A-Z0-9 .-]{0,13}[A-Z0-9])$/;
// As X12 numbers it, with the word of an industry behind it where guides ask for that, such as 004010VICS.
const versionPattern = /^00[3-8]\d{3}[A-Z0-9]{0,6}$/;

const party = (parts: Parts, { qualifier, id, application }: InterchangeParty): Found => [
  ...expectThat(
    qualifierPattern.test(qualifier),
    [...parts, 'qualifier'],
    'FORMAT_INVALID',
    'A qualifier of ISA05 or ISA07 is two capital letters or digits.',
  ),
  ...expectThat(
    interchangeIdPattern.test(id),
    [...parts, 'id'],
    'FORMAT_INVALID',
    'An interchange id has 1 to 15 capital letters, digits, spaces, "." and "-".',
  ),
  ...expectThat(
    applicationPattern.test(application),
    [...parts, 'application'],
    'FORMAT_INVALID',
    'An application code has 2 to 15 capital letters, digits, spaces, "." and "-".',
  ),
];

const plan = ({ everyMinutes, changesAfterMinutes, nodes }: StockAdvicePlan): Found => [
  ...wholeNumber(['stockAdvice', 'everyMinutes'], everyMinutes, ...stockAdviceLimits.everyMinutes),
  ...(changesAfterMinutes === null
    ? []
    : wholeNumber(
        ['stockAdvice', 'changesAfterMinutes'],
        changesAfterMinutes,
        ...stockAdviceLimits.changesAfterMinutes,
      )),
  ...(nodes === null ? [] : atMost(['stockAdvice', 'nodes'], nodes, stockAdviceNodesMax)),
  ...(nodes === null ? [] : unique(['stockAdvice', 'nodes'], nodes)),
  ...(nodes ?? []).flatMap((node, index) => code(['stockAdvice', 'nodes', index], node)),
];

export const partnerViolations = (partner: DefinitionOf<PartnerDefined>): Found => [
  ...code(['bu'], partner.bu),
  ...code(['partner'], partner.partner),
  ...code(['soldTo'], partner.soldTo),
  ...party(['them'], partner.them),
  ...party(['us'], partner.us),
  ...expectThat(
    versionPattern.test(partner.x12Version),
    ['x12Version'],
    'FORMAT_INVALID',
    'A version of X12 is six digits, such as 004010, with up to six letters and digits of an industry behind them.',
  ),
  ...unique(['sends'], partner.sends),
  ...(partner.acknowledgeWithinHours === undefined
    ? []
    : wholeNumber(['acknowledgeWithinHours'], partner.acknowledgeWithinHours, 1, acknowledgeWithinHoursMax)),
  ...(partner.stockAdvice === undefined ? [] : plan(partner.stockAdvice)),
  ...warehouseViolations(partner),
  ...code(['orders', 'channel'], partner.orders.channel),
  ...(partner.orders.shipTo === null ? [] : code(['orders', 'shipTo'], partner.orders.shipTo)),
  ...(partner.orders.leadDays === null ? [] : wholeNumber(['orders', 'leadDays'], partner.orders.leadDays, 0, 365)),
];

const isSameParty = (one: InterchangeParty, other: InterchangeParty): boolean =>
  one.qualifier === other.qualifier && one.id === other.id;

type Pair = {
  readonly them: Pick<InterchangeParty, 'qualifier' | 'id'>;
  readonly us: Pick<InterchangeParty, 'qualifier' | 'id'>;
};

/** Whose interchanges these are; more than one only where two definitions came in at the same moment. */
export const partnersOfPair = (catalog: Catalog, { them, us }: Pair): readonly Partner[] =>
  [...valuesOf(catalog.partners)].filter(
    (partner) =>
      partner.them.qualifier === them.qualifier &&
      partner.them.id === them.id &&
      partner.us.qualifier === us.qualifier &&
      partner.us.id === us.id,
  );

export const partnerReferences = (partner: DefinitionOf<PartnerDefined>, catalog: Catalog): Found => {
  const { bu, soldTo, orders, stockAdvice } = partner;
  if (businessUnitOf(catalog, bu) === undefined) return buReference(bu, catalog);
  const customer = customerOf(catalog, bu, soldTo);
  const taken = partnersOfPair(catalog, partner).find((other) => other.bu !== bu || other.partner !== partner.partner);
  return [
    ...expectThat(customer !== undefined, ['soldTo'], 'CUSTOMER_UNKNOWN', `There is no customer ${soldTo}.`),
    ...expectThat(
      orders.shipTo === null || customer === undefined || customer.shipTos.some(({ id }) => id === orders.shipTo),
      ['orders', 'shipTo'],
      'SHIP_TO_UNKNOWN',
      `Customer ${soldTo} has no ship-to ${orders.shipTo}.`,
    ),
    ...expectThat(
      taken === undefined,
      ['them', 'id'],
      'DUPLICATE',
      'Another partner has these interchange ids: nobody could tell whose interchange it is.',
    ),
    ...(stockAdvice?.nodes ?? []).flatMap((node, index) =>
      expectThat(
        nodeOf(catalog, bu, node) !== undefined,
        ['stockAdvice', 'nodes', index],
        'NODE_UNKNOWN',
        `${bu} has no node ${node}.`,
      ),
    ),
    ...warehouseReferences(partner, catalog),
    ...expectThat(!isSameParty(partner.them, partner.us), ['us', 'id'], 'DUPLICATE', 'They are not ourselves.'),
  ];
};

export const crossReferenceViolations = (reference: DefinitionOf<CrossReferenceDefined>): Found => [
  ...code(['bu'], reference.bu),
  ...code(['partner'], reference.partner),
  ...atMost(['entries'], reference.entries, crossReferenceEntriesMax),
  ...reference.entries.flatMap(({ theirs, ours }, index) => [
    ...expectThat(theirs.trim() !== '', ['entries', index, 'theirs'], 'TEXT_INVALID', 'Their word is not empty.'),
    ...text(['entries', index, 'theirs'], theirs),
    ...code(['entries', index, 'ours'], ours),
  ]),
  ...unique(
    ['entries'],
    reference.entries.map(({ theirs }) => theirs),
    'theirs',
  ),
];

/** What a document for the partner says of its 997. */
export const acknowledgementOf = ({ acknowledges, acknowledgeWithinHours }: Partner) => ({
  acknowledges,
  ...(acknowledges && { acknowledgeWithinHours: acknowledgeWithinHours ?? acknowledgeWithinHoursUsual }),
});

export const partnerOf = (catalog: Catalog, bu: string, partner: string): Partner | undefined =>
  valueAt(catalog.partners, `${bu}/${partner}`);

/** The partners that speak for a customer. */
export const partnersOfCustomer = (catalog: Catalog, bu: string, soldTo: string): readonly Partner[] =>
  [...valuesOf(catalog.partners)].filter((partner) => partner.bu === bu && partner.soldTo === soldTo);

/** Business units that have or had partners. */
export const unitsWithPartners = (catalog: Catalog): readonly string[] => [
  ...new Set([...valuesOf(catalog.partners)].map(({ bu }) => bu)),
];

/** Element 324 of X12, which every document about an order names the order by. */
const purchaseOrderNumberMax = 22;
const orderSets: ReadonlySet<OutboundSet> = new Set(['855', '865', '856', '810']);

/**
 * Nobody can map the number of an order to a shorter one, so an order of which no document could be made is not taken: who enters
 * it is the one who can name it otherwise.
 */
export const purchaseOrderViolations = (
  catalog: Catalog,
  { bu, soldTo, customerPo }: { readonly bu: string; readonly soldTo: string; readonly customerPo: string },
): Found => {
  if (printable(customerPo).length <= purchaseOrderNumberMax) return [];
  const told = partnersOfCustomer(catalog, bu, soldTo).find(
    ({ active, sends }) => active && sends.some((set) => orderSets.has(set)),
  );
  return expectThat(
    told === undefined,
    ['customerPo'],
    'SIZE_INVALID',
    `EDI partner ${told?.partner} is told of this order, and X12 has room for ${purchaseOrderNumberMax} characters of a purchase order number.`,
  );
};

export const crossReferenceOf = (
  catalog: Catalog,
  bu: string,
  partner: string,
  kind: CrossReferenceKind,
): CrossReferenceDefined['data'] | undefined => valueAt(catalog.crossReferences, `${bu}/${partner}.${kind}`);

/** Items and ship-tos must exist; units differ by item, so whether an order can be in one is said of each order. */
export const crossReferenceReferences = (reference: DefinitionOf<CrossReferenceDefined>, catalog: Catalog): Found => {
  const { bu, partner, kind, entries } = reference;
  const owner = partnerOf(catalog, bu, partner);
  if (owner === undefined) return expectThat(false, ['partner'], 'PARTNER_UNKNOWN', `${bu} has no partner ${partner}.`);
  const shipTos = new Set(customerOf(catalog, bu, owner.soldTo)?.shipTos.map(({ id }) => id));
  return entries.flatMap(({ ours }, index) => {
    const where = ['entries', index, 'ours'] as const;
    if (kind === 'ITEM')
      return expectThat(itemOf(catalog, bu, ours) !== undefined, where, 'ITEM_UNKNOWN', `There is no item ${ours}.`);
    if (kind !== 'SHIP_TO') return [];
    return expectThat(shipTos.has(ours), where, 'SHIP_TO_UNKNOWN', `Customer ${owner.soldTo} has no ship-to ${ours}.`);
  });
};

/** Both ways through a cross-reference. Of several of their words for one of ours the first one goes out. */
export const wordsOf = (
  entries: CrossReferenceDefined['data']['entries'],
): { readonly ours: ReadonlyMap<string, string>; readonly theirs: ReadonlyMap<string, string> } => ({
  ours: new Map(entries.map(({ theirs, ours }) => [theirs, ours])),
  theirs: new Map([...entries].reverse().map(({ theirs, ours }) => [ours, theirs])),
});
