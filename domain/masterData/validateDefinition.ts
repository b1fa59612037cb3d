import { isDay } from '../calendar.ts';
import { type DuplicateRadar, radarHoursMax } from '../order/duplicates.ts';
import { answerSecondsMax, type FraudRule, fraudRulesMax } from '../order/fraudPolicy.ts';
import { type OvershipmentRule, overshipmentRulesMax } from '../shipment/overshipmentPolicy.ts';
import {
  atMost,
  code,
  currency,
  expectThat,
  positive,
  price,
  ratePct,
  text,
  timeZone,
  unique,
  wholeNumber,
} from './checks.ts';
import { type CrmOwnership, type CrmQuotes, crmTermsMax, crmUnitsMax } from './crm.ts';
import type {
  BusinessUnitDefined,
  CustomerDefined,
  ItemDefined,
  NodeDefined,
  PriceListDefined,
  ReturnPolicy,
} from './events.ts';
import { dialectViolations } from './stockDialects.ts';
import { substitutesMax } from './substitutes.ts';
import type { DefinitionOf, Violation } from './violation.ts';

// What can be said of a definition by itself. What needs other master data is in `references.ts`.

type Found = readonly Violation[];

const daysMax = 3_650;
export const contactsMax = 100;
const slaSecondsMax = 30 * 86_400;

export const itemViolations = (item: DefinitionOf<ItemDefined>): Found => [
  ...code(['bu'], item.bu),
  ...code(['item'], item.item),
  ...text(['description'], item.description),
  ...code(['group'], item.group),
  ...code(['baseUom'], item.baseUom),
  ...code(['taxCode'], item.taxCode),
  ...atMost(['conversions'], item.conversions, 50),
  ...item.conversions.flatMap(({ uom, num, den }, index) => [
    ...code(['conversions', index, 'uom'], uom),
    ...positive(['conversions', index, 'num'], num),
    ...positive(['conversions', index, 'den'], den),
    ...expectThat(uom !== item.baseUom, ['conversions', index, 'uom'], 'DUPLICATE', `${uom} is the base unit itself.`),
  ]),
  ...unique(
    ['conversions'],
    item.conversions.map(({ uom }) => uom),
    'uom',
  ),
  ...kitViolations(item),
  ...substituteViolations(item),
  ...(item.leadTimeDays === null ? [] : wholeNumber(['leadTimeDays'], item.leadTimeDays, 0, daysMax)),
  ...(item.dropship === null
    ? []
    : [
        ...code(['dropship', 'supplierNode'], item.dropship.supplierNode),
        ...price(['dropship', 'unitCost'], item.dropship.unitCost),
      ]),
];

const kitViolations = (item: DefinitionOf<ItemDefined>): Found => {
  const { kind, components } = item;
  if (kind === 'STOCK')
    return expectThat(components.length === 0, ['components'], 'NOT_A_KIT', 'Only a kit has components.');
  return [
    ...expectThat(components.length > 0, ['components'], 'KIT_EMPTY', 'A kit has at least one component.'),
    ...atMost(['components'], components, 100),
    ...components.flatMap((component, index) => [
      ...code(['components', index, 'item'], component.item),
      ...positive(['components', index, 'qty'], component.qty),
    ]),
    ...unique(
      ['components'],
      components.map((component) => component.item),
      'item',
    ),
  ];
};

const substituteViolations = ({ item, kind, substitutes = [] }: DefinitionOf<ItemDefined>): Found => [
  ...expectThat(
    kind === 'STOCK' || substitutes.length === 0,
    ['substitutes'],
    'KIT_NOT_SUBSTITUTED',
    'A kit is delivered as what it is made of.',
  ),
  ...atMost(['substitutes'], substitutes, substitutesMax),
  ...substitutes.flatMap(({ item: other, ratio, validFrom, validTo }, index) => [
    ...code(['substitutes', index, 'item'], other),
    ...expectThat(other !== item, ['substitutes', index, 'item'], 'DUPLICATE', `${item} stands for itself.`),
    ...positive(['substitutes', index, 'ratio', 'num'], ratio.num),
    ...positive(['substitutes', index, 'ratio', 'den'], ratio.den),
    ...expectThat(
      validFrom === undefined || validTo === undefined || validFrom <= validTo,
      ['substitutes', index, 'validTo'],
      'DATE_INVALID',
      'It ends before it begins.',
    ),
  ]),
  ...unique(
    ['substitutes'],
    substitutes.map((each) => each.item),
    'item',
  ),
];

export const customerViolations = (customer: DefinitionOf<CustomerDefined>): Found => [
  ...code(['bu'], customer.bu),
  ...code(['customer'], customer.customer),
  ...text(['name'], customer.name),
  ...code(['group'], customer.group),
  ...code(['billTo'], customer.billTo),
  ...code(['priceListId'], customer.priceListId),
  ...text(['taxCode'], customer.taxCode),
  ...wholeNumber(['termsDays'], customer.termsDays, 0, 365),
  ...expectThat(customer.shipTos.length > 0, ['shipTos'], 'SHIP_TO_MISSING', 'A customer has at least one ship-to.'),
  ...atMost(['shipTos'], customer.shipTos, 1_000),
  ...customer.shipTos.flatMap((shipTo, index) => [
    ...code(['shipTos', index, 'id'], shipTo.id),
    ...code(['shipTos', index, 'region'], shipTo.region),
    ...(shipTo.address === undefined ? [] : text(['shipTos', index, 'address'], shipTo.address)),
  ]),
  ...unique(
    ['shipTos'],
    customer.shipTos.map((shipTo) => shipTo.id),
    'id',
  ),
  ...atMost(['contacts'], customer.contacts ?? [], contactsMax),
  ...(customer.contacts ?? []).flatMap((contact, index) =>
    Object.entries(contact).flatMap(([field, value]) => text(['contacts', index, field], value)),
  ),
  ...(customer.contract === null ? [] : contractViolations(customer.contract)),
];

const contractViolations = (contract: NonNullable<CustomerDefined['data']['contract']>): Found => [
  ...code(['contract', 'contractId'], contract.contractId),
  ...atMost(['contract', 'discounts'], contract.discounts, 200),
  ...contract.discounts.flatMap((discount, index) => [
    ...code(['contract', 'discounts', index, 'itemGroup'], discount.itemGroup),
    ...ratePct(['contract', 'discounts', index, 'ratePct'], discount.ratePct),
  ]),
  ...(contract.minimumNet === undefined ? [] : positive(['contract', 'minimumNet'], contract.minimumNet)),
];

export const nodeViolations = (node: DefinitionOf<NodeDefined>): Found => [
  ...code(['bu'], node.bu),
  ...code(['node'], node.node),
  ...text(['name'], node.name),
  ...code(['region'], node.region),
  ...timeZone(['timeZone'], node.timeZone),
  ...wholeNumber(['priority'], node.priority, 0, 1_000_000),
  ...expectThat(
    /^([01]\d|2[0-3]):[0-5]\d$/.test(node.cutOff),
    ['cutOff'],
    'TIME_INVALID',
    'The cut-off is local time HH:MM.',
  ),
  ...expectThat(node.workingDays.length > 0, ['workingDays'], 'NEVER_OPEN', 'A node works on at least one day a week.'),
  ...node.workingDays.flatMap((day, index) => wholeNumber(['workingDays', index], day, 1, 7)),
  ...wholeNumber(['handlingDays'], node.handlingDays, 0, 365),
  ...wholeNumber(['transitDays'], node.transitDays, 0, 365),
  ...wholeNumber(['inboundDays'], node.inboundDays, 0, 365),
  ...(node.stockFeed === undefined ? [] : stockFeedViolations(node.kind, node.stockFeed)),
  ...(node.stockDialect === undefined ? [] : dialectViolations(node.kind, node.stockDialect)),
];

const stockFeedViolations = (
  kind: NodeDefined['data']['kind'],
  { staleAfterSeconds }: NonNullable<NodeDefined['data']['stockFeed']>,
): Found => [
  ...expectThat(kind !== 'SUPPLIER', ['stockFeed'], 'NODE_KEEPS_NO_STOCK', 'A supplier tells nothing of stock.'),
  ...wholeNumber(['stockFeed', 'staleAfterSeconds'], staleAfterSeconds, 60, slaSecondsMax),
];

export const priceListViolations = (list: DefinitionOf<PriceListDefined>): Found => [
  ...code(['bu'], list.bu),
  ...code(['priceListId'], list.priceListId),
  ...currency(['currency'], list.currency),
  ...atMost(['prices'], list.prices, 100_000),
  ...list.prices.flatMap((entry, index) => [
    ...code(['prices', index, 'item'], entry.item),
    ...price(['prices', index, 'unitPrice'], entry.unitPrice),
  ]),
  ...unique(
    ['prices'],
    list.prices.map((entry) => entry.item),
    'item',
  ),
];

const returnViolations = ({ restockingFee, ...days }: ReturnPolicy): Found => [
  ...Object.entries(days).flatMap(([name, value]) =>
    expectThat(
      Number.isInteger(value) && value >= 1 && value <= 3_650,
      ['returns', name],
      'VALUE_INVALID',
      'From 1 to 3650 days.',
    ),
  ),
  ...(restockingFee === undefined
    ? []
    : [
        ...ratePct(['returns', 'restockingFee', 'ratePct'], restockingFee.ratePct),
        ...unique(['returns', 'restockingFee', 'reasons'], restockingFee.reasons, 'reason'),
      ]),
];

const fraudViolations = (rules: readonly FraudRule[]): Found => [
  ...atMost(['fraudChecks'], rules, fraudRulesMax),
  ...rules.flatMap(({ channel, answerWithinSeconds }, index) => [
    ...(channel === undefined ? [] : code(['fraudChecks', index, 'channel'], channel)),
    ...wholeNumber(['fraudChecks', index, 'answerWithinSeconds'], answerWithinSeconds, 1, answerSecondsMax),
  ]),
];

const overshipmentViolations = (rules: readonly OvershipmentRule[]): Found => [
  ...atMost(['overshipments'], rules, overshipmentRulesMax),
  ...rules.flatMap(({ tolerancePct, outcome: _, ...named }, index) => [
    ...ratePct(['overshipments', index, 'tolerancePct'], tolerancePct),
    ...Object.entries(named).flatMap(([field, value]) => code(['overshipments', index, field], value)),
  ]),
];

const radarViolations = ({ windowHours, minScorePct }: DuplicateRadar): Found => [
  ...wholeNumber(['duplicateRadar', 'windowHours'], windowHours, 0, radarHoursMax),
  ...wholeNumber(['duplicateRadar', 'minScorePct'], minScorePct, 1, 100),
];

const quoteViolations = ({ wonFrom, units }: CrmQuotes): Found => [
  ...expectThat(isDay(wonFrom), ['crm', 'quotes', 'wonFrom'], 'DATE_INVALID', 'This is a date (YYYY-MM-DD).'),
  ...atMost(['crm', 'quotes', 'units'], units, crmUnitsMax),
  ...units.flatMap(({ theirs, ours }, index) => [
    ...text(['crm', 'quotes', 'units', index, 'theirs'], theirs),
    ...code(['crm', 'quotes', 'units', index, 'ours'], ours),
  ]),
  ...unique(
    ['crm', 'quotes', 'units'],
    units.map(({ theirs }) => theirs),
    'theirs',
  ),
];

const crmViolations = ({ terms, newCustomers, owns, quotes }: CrmOwnership): Found => [
  ...unique(['crm', 'owns'], owns),
  ...atMost(['crm', 'terms'], terms, crmTermsMax),
  ...terms.flatMap(({ days }, index) => wholeNumber(['crm', 'terms', index, 'days'], days, 0, 365)),
  ...unique(
    ['crm', 'terms'],
    terms.map(({ theirs }) => theirs),
    'theirs',
  ),
  ...code(['crm', 'newCustomers', 'group'], newCustomers.group),
  ...text(['crm', 'newCustomers', 'taxCode'], newCustomers.taxCode),
  ...code(['crm', 'newCustomers', 'priceListId'], newCustomers.priceListId),
  ...(quotes === undefined ? [] : quoteViolations(quotes)),
];

export const businessUnitViolations = (unit: DefinitionOf<BusinessUnitDefined>): Found => [
  ...code(['bu'], unit.bu),
  ...text(['name'], unit.name),
  ...code(['ledger'], unit.ledger),
  ...currency(['currency'], unit.currency),
  ...timeZone(['timeZone'], unit.timeZone),
  ...(unit.dropShip === undefined ? [] : ratePct(['dropShip', 'minMarginPct'], unit.dropShip.minMarginPct)),
  ...(unit.returns === undefined ? [] : returnViolations(unit.returns)),
  ...fraudViolations(unit.fraudChecks ?? []),
  ...overshipmentViolations(unit.overshipments ?? []),
  ...(unit.duplicateRadar === undefined ? [] : radarViolations(unit.duplicateRadar)),
  ...(unit.crm === undefined ? [] : crmViolations(unit.crm)),
  ...(unit.slas ?? []).flatMap(({ limitSeconds, resolveSeconds }, index) => [
    ...wholeNumber(['slas', index, 'limitSeconds'], limitSeconds, 0, slaSecondsMax),
    ...wholeNumber(['slas', index, 'resolveSeconds'], resolveSeconds, 60, slaSecondsMax),
  ]),
  ...unique(
    ['slas'],
    (unit.slas ?? []).map((level) => level.class),
    'class',
  ),
];
