import type { PartnerWords, ShippingOrderContent } from '../../../commands/ports.ts';
import { printable } from '../../../domain/edi/printable.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { party, x12Date } from './segments.ts';

/** W05-01: original, cancel, change. */
const purposes = { NEW: 'N', CANCEL: 'F', CHANGE: 'R' } as const;
/** G62 01: delivery requested on this date. */
const deliveryRequested = '02';
const purchaseOrderMax = 22;
const descriptionMax = 45;
const productIdMax = 48;
const partyIdMax = 80;

/** The depositor's order number: that of the first 940 of the release, which its control number is. */
const depositorNumber = (controlNumber: number): string => `${controlNumber}`.padStart(9, '0');

/** One that has no room in its element stands where a longer one may, or is not told: goods do not wait for it. */
const longPurchaseOrder = (customerPo: string): readonly Segment[] => {
  const { length } = printable(customerPo);
  return length <= purchaseOrderMax || length > descriptionMax ? [] : [segment('N9', 'PO', undefined, customerPo)];
};

/** Our number of an item (VN), unless that has no room, and the warehouse's own (SK) where it has one. */
const numbersOf = (item: string, words: PartnerWords): readonly string[] => {
  const theirs = words.item(item);
  if (item.length > productIdMax) return ['SK', theirs];
  return ['VN', item, ...(theirs === item ? [] : ['SK', theirs])];
};

/** A ship-to has its name within its customer's. Where both together have no room they stand apart. */
const receivers = (soldTo: string, shipTo: string): readonly Segment[] => {
  const both = `${soldTo}/${shipTo}`;
  return both.length <= partyIdMax ? [party('ST', both, '91')] : [party('ST', shipTo, '91'), party('BY', soldTo, '91')];
};

/**
 * 940: what a warehouse is to ship for one release, in base units; of kits their components. N9 LI is our line, which the item
 * alone does not always name. One that cancels names the quantities that are not to leave, one that changes what each line comes to.
 */
export const shippingOrder = (
  { purpose, orderNumber, release, order, lines }: ShippingOrderContent,
  words: PartnerWords,
  controlNumber: number,
): readonly Segment[] => {
  const number = depositorNumber(orderNumber ?? controlNumber);
  const total = lines.reduce((sum, { qty }) => sum + BigInt(qty), 0n);
  const { customerPo, requestedDate, soldTo } = order;
  const isLong = printable(customerPo).length > purchaseOrderMax;
  const detail = lines.flatMap(({ lineId, item, qty }, index) => [
    segment('LX', `${index + 1}`),
    segment('W01', qty, words.baseUomOf(item), undefined, ...numbersOf(item, words)),
    segment('N9', 'LI', lineId),
  ]);
  return [
    segment('W05', purposes[purpose], number, isLong ? undefined : customerPo),
    party('DE', release.bu, '91'),
    party('WH', release.node, '91'),
    ...receivers(soldTo, release.shipTo.id),
    segment('N9', 'SI', release.shipmentId),
    ...longPurchaseOrder(customerPo),
    segment('G62', deliveryRequested, x12Date(requestedDate)),
    ...detail,
    segment('W76', `${total}`),
  ];
};
