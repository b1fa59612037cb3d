import type { PartnerWords, StockAdviceContent } from '../../../commands/ports.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { itemIds, party, x12Date, x12Time } from './segments.ts';

/** BIA01: what is told is all, or replaces what was told of these items. */
const purposes = { ALL: '00', CHANGED: '04' } as const;
/** BIA02: a report of a distributor. */
const distributorReport = 'DD';
/** QTY01: available for sale. */
const availableForSale = '33';

/** 846, a set for each node: how many of each item can be had there, in base units. `documentId` names the report. */
export const stockAdvice = (
  { scope, nodes }: StockAdviceContent,
  words: PartnerWords,
  documentId: string,
  at: string,
): readonly (readonly Segment[])[] =>
  nodes.map(({ node, lines }) => [
    segment('BIA', purposes[scope], distributorReport, documentId, x12Date(at), x12Time(at)),
    party('WH', node, '91'),
    ...lines.flatMap(({ item, baseUom, qty }, index) => [
      segment('LIN', `${index + 1}`, ...itemIds(item, words)),
      segment('QTY', availableForSale, qty, words.uom(baseUom)),
    ]),
    segment('CTT', `${lines.length}`),
  ]);
